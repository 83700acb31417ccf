// Answers as they are typed, read into trees, as grammar.py does it.
const GRAMMAR = Page.data.grammar, { FUNCTIONS, NUMBERS, PARTS, SIGNS, COMPARED, TIMES, LONG, ALONG, PAIRED, WORDS } = GRAMMAR;
const { RAISED, LOWERED, DIGITS, LONGEST, DEEPEST } = GRAMMAR, KNOWN = new Set(GRAMMAR.KNOWN);
const has = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

class Slip extends Error {
  constructor(kind, what = "", at = 0) { super(kind); this.kind = kind; this.what = what; this.at = at; }
}

function isLetter(c) { return c !== undefined && (c === "_" || (/^\p{L}$/u.test(c) && !"ᵀⁿ".includes(c))); }
function continues(text, i) {
  const c = text[i];
  return c !== undefined && (isLetter(c) || (DIGITS + LOWERED).includes(c) || (c >= "\u0300" && c <= "\u036f"));
}
function isWord(name) {
  const letters = [...name];
  return isLetter(letters[0]) && letters.every((_, i) => !i || continues(letters, i));
}
function startsAt(text, piece, i) { return [...piece].every((c, k) => text[i + k] === c); }

function tokens(typed, names) {
  const text = [...typed.normalize("NFC")];
  if (text.length > LONGEST) throw new Slip("long", String(LONGEST), LONGEST);
  const odd = Object.keys(names).filter((n) => !isWord(n)).sort((a, b) => [...b].length - [...a].length || (a < b ? -1 : 1));
  const found = [];
  let i = 0;
  while (i < text.length) {
    const c = text[i], literal = odd.find((n) => startsAt(text, n, i));
    if (literal !== undefined) {
      found.push({ kind: "name", value: names[literal], at: i });
      i += [...literal].length;
    } else if (/^\s$/u.test(c)) i++;
    else if (DIGITS.includes(c) || (c === "." && text[i + 1] !== undefined && DIGITS.includes(text[i + 1]))) {
      const j = numberEnd(text, i);
      found.push({ kind: "number", value: Number(text.slice(i, j).join("")), at: i });
      i = j;
    } else if (has(PARTS, c)) found.push({ kind: "number", value: PARTS[c], at: i++ });
    else if (RAISED.includes(c) || c === "⁻") {
      let j = i + 1;
      while (j < text.length && RAISED.includes(text[j])) j++;
      const whole = text.slice(i, j).filter((d) => RAISED.includes(d)).map((d) => RAISED.indexOf(d)).join("");
      if (!whole) throw new Slip("sign", c, i);
      found.push({ kind: "raised", value: c === "⁻" ? -Number(whole) : Number(whole), at: i });
      i = j;
    } else if (c === "ᵀ" || c === "'" || c === "’" || (c === "." && text[i + 1] === "T" && !continues(text, i + 2))) {
      found.push({ kind: "T", value: "T", at: i });
      i += c === "." ? 2 : 1;
    } else if (c === "∂" || isLetter(c)) i = word(text, i, names, found);
    else {
      const sign = LONG.find((s) => startsAt(text, s, i)) || c;
      const meant = has(SIGNS, sign) ? SIGNS[sign] : sign;
      if (!KNOWN.has(meant)) throw new Slip("sign", c, i);
      found.push({ kind: "sign", value: meant, at: i });
      i += sign.length;
    }
  }
  found.push({ kind: "end", value: "", at: text.length });
  return found;
}

function numberEnd(text, i) {
  const digit = (k) => k < text.length && DIGITS.includes(text[k]);
  let j = i;
  while (digit(j)) j++;
  if (text[j] === "." && text[j + 1] !== "T") {
    j++;
    while (digit(j)) j++;
  }
  if (text[j] === "e" || text[j] === "E") {
    const k = text[j + 1] === "+" || text[j + 1] === "-" ? j + 2 : j + 1;
    if (digit(k)) {
      j = k;
      while (digit(j)) j++;
    }
  }
  return j;
}

function wordEnd(text, i) {
  while (continues(text, i)) i++;
  return i;
}

function word(text, i, names, found) {
  const j = wordEnd(text, text[i] === "∂" ? i + 1 : i), said = text.slice(i, j), name = said.join("");
  if (text[j] === "/" && "∂d".includes(said[0]) && (text[j + 1] === "∂" || text[j + 1] === "d")) {
    const k = wordEnd(text, j + 2);
    const whole = "∂" + said.slice(1).join("") + "/∂" + text.slice(j + 2, k).join("");
    if (has(names, whole) && !has(names, name)) {
      found.push({ kind: "name", value: names[whole], at: i });
      return k;
    }
    if (said[0] === "∂") throw new Slip("unknown", text.slice(i, k).join(""), i);
  }
  if (has(names, name)) found.push({ kind: "name", value: names[name], at: i });
  else if (has(FUNCTIONS, name)) found.push({ kind: "function", value: FUNCTIONS[name], at: i });
  else if (has(NUMBERS, name)) found.push({ kind: "number", value: NUMBERS[name], at: i });
  else if (WORDS.includes(name)) found.push({ kind: "word", value: name, at: i });
  else {
    const parts = split(said, names);
    if (!parts) throw new Slip("unknown", name, i);
    let at = i;
    for (const part of parts) {
      found.push(has(names, part) ? { kind: "name", value: names[part], at } : { kind: "number", value: NUMBERS[part], at });
      at += [...part].length;
    }
  }
  return j;
}

function split(letters, names) {
  const ways = new Array(letters.length).fill(null);
  ways.push([]);
  for (let i = letters.length - 1; i >= 0; i--)
    for (let j = letters.length; j > i; j--) {
      const part = letters.slice(i, j).join("");
      if (ways[j] && !ways[i] && (has(names, part) || has(NUMBERS, part))) ways[i] = [part, ...ways[j]];
    }
  return ways[0];
}

function read(text, names, tight) {
  const list = tokens(text, names);
  let i = 0, depth = 0;
  const next = () => list[i];
  const is = (...signs) => next().kind === "sign" && signs.includes(next().value);
  const take = () => (next().kind === "end" ? next() : list[i++]);
  const skip = (sign) => {
    if (!is(sign)) throw new Slip("expected", sign, next().at);
    take();
  };
  const hole = (at) => {
    if (!has(names, "ḡ")) throw new Slip("begin", "", at);
    return ["name", names["ḡ"]];
  };
  const starts = () => ["number", "name", "function"].includes(next().kind) || is("(", "[", "√");

  function whole() {
    if (next().kind === "end") throw new Slip("empty");
    const tree = is(...TIMES) ? product(hole(0)) : compared(sum());
    if (is(",")) {
      take();
      if (!(next().kind === "function" && next().value === "spread")) throw new Slip("end", ",", next().at);
      take();
    }
    if (next().kind !== "end") throw new Slip("end", "", next().at);
    return tree;
  }
  function compared(left) {
    const parts = [];
    while (is(...COMPARED)) {
      const sign = take().value, right = sum();
      parts.push([sign === "=" ? "==" : sign, left, right]);
      left = right;
    }
    return !parts.length ? left : parts.length === 1 ? parts[0] : ["and", parts];
  }
  function sum() {
    if (++depth > DEEPEST) throw new Slip("deep", "", next().at);
    let tree = product(null);
    while (is("+", "-")) tree = [take().value, tree, product(null)];
    depth--;
    return tree;
  }
  function product(tree) {
    if (!tree) tree = term();
    for (;;) {
      if (is(...TIMES)) {
        const token = take();
        if (next().kind === "end" && ["·", "@", "*"].includes(token.value)) return [token.value, tree, hole(token.at)];
        tree = [token.value, tree, term()];
      } else if (starts()) tree = ["·", tree, term()];
      else return tree;
    }
  }
  function term() {
    let tree = signed();
    while (tight && starts()) tree = ["·", tree, power()];
    return tree;
  }
  function signed() {
    let negative = false;
    while (is("-", "+")) if (take().value === "-") negative = !negative;
    let tree = power();
    while (negative && tight && starts()) tree = ["·", tree, power()];
    return negative ? ["minus", tree] : tree;
  }
  function power() {
    if (++depth > DEEPEST) throw new Slip("deep", "", next().at);
    const tree = raisedTo(postfix());
    depth--;
    return tree;
  }
  function raisedTo(tree) {
    if (!is("^")) return tree;
    take();
    const token = next();
    if ((token.kind === "word" && token.value === "T") || (token.kind === "name" && has(names, "T") && token.value === names.T)) {
      take();
      return raised(["T", tree]);
    }
    let negative = false;
    while (is("-", "+")) if (take().value === "-") negative = !negative;
    const exponent = power();
    return ["^", tree, negative ? ["minus", exponent] : exponent];
  }
  function postfix() { return raised(atom()); }
  function raised(tree) {
    while (["raised", "T"].includes(next().kind)) {
      const token = take();
      tree = token.kind === "T" ? ["T", tree] : ["^", tree, ["number", token.value]];
    }
    return tree;
  }
  function atom() {
    const token = take();
    if (token.kind === "number" || token.kind === "name") return [token.kind, token.value];
    if (token.kind === "function") return call(token);
    if (token.kind === "sign") {
      if (token.value === "(") return closed(")");
      if (token.value === "[") return closed("]");
      if (token.value === "|") return ["call", "abs", [closed("|")], null];
      if (token.value === "√") return ["call", "sqrt", [power()], null];
    }
    if (token.kind === "end") throw new Slip("stops", "", token.at);
    throw new Slip("sign", "", token.at);
  }
  function closed(end) {
    const parts = [compared(sum())];
    while (end === "]" && is(",")) {
      take();
      parts.push(compared(sum()));
    }
    skip(end);
    return parts.length === 1 ? parts[0] : ["and", parts];
  }
  function call(token) {
    const name = token.value;
    if (!is("(")) {
      if (ALONG.includes(name) && next().kind === "word") return ["call", name, [hole(token.at)], axis()];
      if ((ALONG.includes(name) || name === "spread") && next().kind === "end") return ["call", name, [hole(token.at)], null];
      return ["call", name, [power()], null];
    }
    take();
    const args = [compared(sum())];
    let along = null;
    while (is(",")) {
      take();
      if (ALONG.includes(name)) {
        along = axis();
        break;
      }
      args.push(compared(sum()));
    }
    skip(")");
    if (args.length !== (PAIRED.includes(name) ? 2 : 1)) throw new Slip("arguments", name, token.at);
    return ["call", name, args, along];
  }
  function axis() {
    if (next().kind === "word") take();
    if (is("=")) take();
    const negative = is("-");
    if (negative) take();
    const token = take();
    if (token.kind !== "number" || !Number.isInteger(token.value) || token.value > 9) throw new Slip("axis", "", token.at);
    return negative ? -token.value : token.value;
  }
  return whole();
}
