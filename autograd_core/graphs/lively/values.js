// Values as the picture and the panel write them, the same as in Python.
const isBoolean = (id) => Boolean(live.values[id] && live.values[id].b);
function plainNumber(x, id, digits) { return isBoolean(id) ? (x ? "True" : "False") : numeral(x, digits); }
function flat(x) { return typeof x === "number" ? [x] : [...x]; }

function nested(numbers, shape, id) {
  if (!shape.length) return plainNumber(numbers[0], id);
  const step = numbers.length / shape[0] || 0;
  return `[${Array.from({ length: shape[0] }, (_, i) => nested(numbers.slice(i * step, (i + 1) * step), shape.slice(1), id)).join(", ")}]`;
}
function meanSize(numbers) { return pairwise(numbers.map(Math.abs)) / numbers.length; }

// The sum as NumPy adds it: eight sums side by side, halves of long rows.
function pairwise(a) {
  const n = a.length;
  if (n < 8) { let s = 0; for (const v of a) s += v; return s; }
  if (n > 128) { let h = n >> 1; h -= h % 8; return pairwise(a.slice(0, h)) + pairwise(a.slice(h)); }
  const r = a.slice(0, 8), end = n - (n % 8);
  for (let i = 8; i < end; i += 8) for (let k = 0; k < 8; k++) r[k] += a[i + k];
  let s = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
  for (let i = end; i < n; i++) s += a[i];
  return s;
}

// A value within a sentence.
function short(x, shape, id) {
  if (!shape.length) return plainNumber(flat(x)[0], id);
  const numbers = flat(x);
  if (numbers.length <= live.rules.inline) {
    const text = nested(numbers, shape, id);
    if (text.length <= 32) return text;
  }
  return live.rules.words + magnitude(meanSize(numbers));
}

// A value for the panel: a text, a table, or what is known of a large array.
function shown(x, shape, id, gradient) {
  if (x === null || x === undefined) return undefined;
  if (!shape.length) return plainNumber(flat(x)[0], id, 6);
  const numbers = flat(x), found = { s: shape };
  if (gradient && numbers.length > live.rules.inline) found.g = short(x, shape, id).replace(live.rules.words, "");
  if (numbers.length <= 256) return { ...found, a: numbers.map((v) => plainNumber(v, id)) };
  return { ...found, lo: numeral(Math.min(...numbers)), mean: numeral(pairwise(numbers) / numbers.length), hi: numeral(Math.max(...numbers)) };
}

function bracketed(text) { return text.startsWith("−") || text.includes(" ") ? `(${text})` : text; }
