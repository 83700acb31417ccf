// Numbers as the picture writes them, the same as in Python: four significant digits, halves to even.
function signed(text) { return text.replace("-", "−"); }

// The digits of |x|, as many as asked for, and the power of ten of the first.
function digitsOf(x, count) {
  const [all, power] = Math.abs(x).toExponential(100).split("e");
  const exact = all.replace(".", "");
  const near = Math.abs(x).toExponential(count - 1).split("e");
  const half = /^50*$/.test(exact.slice(count)) && Number(exact[count - 1]) % 2 === 0;
  return half ? [exact.slice(0, count), Number(power)] : [near[0].replace(".", ""), Number(near[1])];
}

function evened(x) {
  const a = Math.abs(x), f = Math.floor(a), d = a - f;
  return Math.sign(x) * (d > 0.5 || (d === 0.5 && f % 2) ? f + 1 : f);
}

function numeral(x, digits = 4) {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size < 1e7 && (Number.isInteger(x) || size >= 10 ** digits)) return signed(String(evened(x)));
  const [found, power] = digitsOf(x, digits), sign = x < 0 ? "−" : "";
  if (power < -4 || power >= digits) {
    const rest = found.slice(1).replace(/0+$/, "");
    return `${sign}${found[0]}${rest ? `.${rest}` : ""}e${signed(String(power))}`;
  }
  const text = power < 0 ? `0.${"0".repeat(-power - 1)}${found}` : `${found.slice(0, power + 1)}.${found.slice(power + 1)}`;
  return sign + text.replace(/0+$/, "").replace(/\.$/, "");
}

// A size in two digits, with its power of ten.
function magnitude(x) {
  if (!Number.isFinite(x) || x === 0) return numeral(x);
  const [found, power] = digitsOf(x, 2);
  return `${found[0]}.${found[1]}${power ? `e${signed(String(power))}` : ""}`;
}

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
