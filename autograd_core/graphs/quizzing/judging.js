// The judgement of an answer, in the order and on the numbers of judging.py.
const facts = Page.data.judge, NEAR = facts.near, ROUNDED = facts.rounded, ITSELF = -1;
const variables = facts.variables.map((v) => v && v.p.map((a) => ({ s: v.s, a: a.map((x) => x ?? NaN) })));
const points = facts.points, dots = ["matrix", "pointwise", "kept"];

function filled(text, parts) { return text.replace(/\{(\w+)\}/g, (_, name) => parts[name] ?? ""); }
function say(key, parts) { return filled(Page.data.said[key], parts || {}); }

function judge(q, text) {
  const [kind, parts] = Page.data.kind === "shapes" ? shapeFound(q, text) : found(q, text);
  return { kind, text: say(kind, parts), right: kind === "right" || kind === "right here" };
}

const bare = (text) => text.replace(/\s+/gu, "");

function found(q, text) {
  if (!text.trim()) return ["nothing", {}];
  if (q.formula && [q.formula, q.answer].some((known) => bare(known) === bare(text))) return ["right", {}];
  let trees;
  try {
    trees = [read(text, q.names, false), read(text, q.names, true)];
  } catch (slip) {
    if (!(slip instanceof Slip)) throw slip;
    if (slip.kind === "empty") return ["nothing", {}];
    const what = slip.what || [...text].slice(slip.at, slip.at + 1).join("");
    return [slip.kind === "unknown" ? slip.kind : slip.kind + " unread", { what, at: slip.at + 1, names: q.listed.join(", ") }];
  }
  const used = namesOf(trees[0]);
  if (used.has(ITSELF)) return ["circular", {}];
  if (JSON.stringify(trees[0]) === JSON.stringify(trees[1])) trees.pop();
  const ways = trees.flatMap((tree) => dots.map((dot) => [tree, dot]));
  if (q.hole !== null && !used.has(q.hole)) {
    const hole = ["name", q.hole];
    for (const tree of trees) for (const dot of dots) ways.push([["·", hole, tree], dot]);
    for (const tree of trees) ways.push([["·", tree, hole], "matrix"]);
  }
  let misfit = null;
  const worth = [];
  for (const [tree, dot] of ways) {
    let t;
    try { t = atAll(tree, dot); } catch (slip) {
      if (!(slip instanceof Slip)) throw slip;
      misfit = misfit || slip;
      continue;
    }
    if (equal(t, q.right)) return ["right", {}];
    worth.push(t);
  }
  const here = !used.size && facts.known;
  if (here && worth.length && !q.right.s.length && close(worth[0][0], at(q.right, 0), ROUNDED)) return ["right here", {}];
  if (!worth.length) return edited(q, trees[0]) || [misfit.kind === "axes" ? "axes wrong" : misfit.kind, { what: misfit.what }];
  return mistake(q, worth[0], trees[0], here);
}

function atAll(tree, dot) {
  return Array.from({ length: points }, (_, k) => evaluated(tree, variables.map((v) => v && v[k]), dot));
}
const at = (numbers, k) => ({ s: numbers.s, v: numbers.v[k] });
function equal(t, numbers) { return t.every((x, k) => close(x, at(numbers, k), NEAR)); }

function mistake(q, t, tree, here) {
  const n = here ? 1 : points, near = here ? ROUNDED : NEAR, r = Array.from({ length: n }, (_, k) => at(q.right, k));
  const like = (wanted) => wanted.slice(0, n).every((x, k) => close(t[k], x, near));
  const each = (f) => like(r.map((x) => ({ s: x.s, v: x.v.map(f) })));
  if (each((x) => -x)) return ["sign", {}];
  for (let axis = 0; axis < t[0].s.length; axis++)
    if (r.every((x, k) => close(summed(t[k], axis), x, near))) return ["sum", { what: axis }];
  const usual = (kinds) => q.mistakes.find(([kind, , numbers]) => kinds.includes(kind) && like(numbers.v.map((_, k) => at(numbers, k))));
  const strong = usual(facts.strong);
  if (strong) return [strong[0], { what: strong[1] }];
  if (each((x) => 2 * x)) return ["double", {}];
  if (each((x) => x / 2)) return ["half", {}];
  const weak = usual(facts.weak);
  if (weak) return [weak[0], { what: weak[1] }];
  if (each((x) => 1 / x)) return ["reciprocal", {}];
  for (const size of facts.sizes) {
    if (each((x) => size * x)) return ["size over", { what: size }];
    if (each((x) => x / size)) return ["size under", { what: size }];
  }
  if (r[0].s.length > 1 && r.every((x, k) => close(transposed(t[k]), x, near))) return ["transposed", {}];
  const near1 = edited(q, tree);
  if (near1) return near1;
  const c = here ? null : factor(t, r);
  if (c !== null) return ["constant", { what: rounded(c) }];
  if (t[0].s.length && told(t[0].s) !== told(r[0].s)) return ["shape wrong", { what: told(t[0].s) }];
  if (facts.known && !here && close(t[0], r[0], NEAR)) return ["chance", {}];
  if (!r[0].s.length && facts.known && !here && Number.isFinite(t[0].a[0])) return ["wrong", { what: rounded(t[0].a[0]) }];
  return ["wrong text", {}];
}

function edited(q, tree) {
  const names = {};
  for (const [name, i] of Object.entries(q.names)) if (!has(names, i)) names[i] = name;
  let done = 0;
  for (const [kind, what, changed] of edits(tree)) {
    if (done++ >= facts.many) break;
    if (facts.flat && kind !== "term") continue;
    for (const dot of dots) {
      try { if (equal(atAll(changed, dot), q.right)) return [kind, { what: names[what] || "" }]; } catch (slip) { if (!(slip instanceof Slip)) throw slip; }
    }
  }
  return null;
}

function* edits(tree) {
  const kind = tree[0];
  if (kind === "name") { yield ["transpose", tree[1], ["T", tree]]; return; }
  if (kind === "number") return;
  if (kind === "T") yield tree[1][0] === "name" ? ["transpose", tree[1][1], tree[1]] : ["transpose", ITSELF, tree[1]];
  if (["·", "@", "*"].includes(kind)) yield ["order", ITSELF, [kind, tree[2], tree[1]]];
  if (kind === "+" || kind === "-") yield ["term", ITSELF, [kind === "+" ? "-" : "+", tree[1], tree[2]]];
  if (kind === "call") {
    if (tree[3] !== null) for (const axis of [0, 1, 2]) yield ["axis other", ITSELF, [...tree.slice(0, 3), axis]];
    for (let i = 0; i < tree[2].length; i++)
      for (const [what, which, changed] of edits(tree[2][i]))
        yield [what, which, ["call", tree[1], tree[2].map((x, k) => (k === i ? changed : x)), tree[3]]];
    return;
  }
  if (kind === "and" || (kind === "T" && tree[1][0] === "name")) return;
  for (let i = 1; i < tree.length; i++)
    for (const [what, which, changed] of edits(tree[i])) yield [what, which, tree.map((x, k) => (k === i ? changed : x))];
}

function namesOf(tree, found = new Set()) {
  if (tree[0] === "name") found.add(tree[1]);
  else for (const part of tree.slice(1)) if (Array.isArray(part)) for (const x of Array.isArray(part[0]) ? part : [part]) namesOf(x, found);
  return found;
}

function places(size) {
  if (size <= facts.sampled) return Array.from({ length: size }, (_, k) => k);
  return [...new Set(Array.from({ length: facts.sampled }, (_, k) => (k * 7919) % size))];
}
function sample(t, shape) {
  const same = told(t.s) === told(shape);
  if (!same && t.a.length !== 1) return null;
  return places(count(shape)).map((i) => t.a[same ? i : 0]);
}
function close(t, r, near) {
  const a = sample(t, r.s);
  if (!a || ![...a, ...r.v].every(Number.isFinite)) return false;
  const largest = Math.max(0, ...r.v.map(Math.abs));
  return Math.max(0, ...a.map((x, k) => Math.abs(x - r.v[k]))) <= near * Math.max(largest, NEAR);
}
function factor(t, r) {
  let c = null;
  for (let k = 0; k < r.length; k++) {
    if (told(t[k].s) !== told(r[k].s) || !r[k].v.length) return null;
    const a = sample(t[k], r[k].s), best = r[k].v.reduce((b, x, i) => (Math.abs(x) > Math.abs(r[k].v[b]) ? i : b), 0);
    if (!r[k].v[best]) return null;
    if (c === null) c = a[best] / r[k].v[best];
    const scaled = { s: r[k].s, v: r[k].v.map((x) => c * x) };
    if (!c || !Number.isFinite(c) || !close(t[k], scaled, NEAR)) return null;
  }
  return c;
}

function rounded(x) { return numeral(Number(x.toPrecision(facts.digits))); }

function shapeFound(q, text) {
  const right = q.right, named = Object.keys(q.sizes).join(", "), trimmed = text.trim();
  if (!trimmed) return ["nothing", {}];
  if (bare(trimmed) === bare(q.answer)) return ["right", {}];
  let inner = trimmed;
  if ("([（".includes(inner[0]) && ")]）".includes(inner[inner.length - 1])) inner = inner.slice(1, -1);
  const lengths = [];
  for (const item of inner.split(/[,，×x*\s]/u).filter((x) => x)) {
    const letter = has(q.sizes, item) ? item : item.toUpperCase();
    if (/^[0-9]{1,9}$/.test(item)) lengths.push(Number(item));
    else if (has(q.sizes, letter)) lengths.push(q.sizes[letter]);
    else if (/^[A-Za-z]{1,2}$/.test(item)) return ["unknown", { what: item, names: named }];
    else return ["no shape", { names: "(" + named + ")" }];
  }
  const same = (a, b) => a.join() === b.join() && a.length === b.length, without = (a, k) => a.filter((_, i) => i !== k);
  const letter = (n) => Object.keys(q.sizes).find((w) => q.sizes[w] === n) || String(n);
  if (same(lengths, right)) return ["right", {}];
  if (!right.length) return ["scalar", {}];
  if (same(lengths, [...right].reverse())) return ["reversed", {}];
  for (let k = 0; k < right.length; k++) if (same(lengths, without(right, k))) return ["axis missing", { what: letter(right[k]) }];
  for (let k = 0; k < lengths.length; k++) if (same(right, without(lengths, k))) return ["axis extra", { what: letter(lengths[k]) }];
  const sorted = (a) => [...a].sort((x, y) => x - y);
  if (same(sorted(lengths), sorted(right))) return ["swapped", {}];
  const other = q.mistakes.find(([, , shape]) => same(lengths, shape));
  if (other) return ["shape of other", { what: other[1] }];
  if (lengths.length !== right.length) return ["axes count", { what: right.length }];
  return ["axis wrong", { what: right.map((_, i) => i).filter((i) => lengths[i] !== right[i]).join(", ") }];
}
Page.judge = (n, text) => judge(Page.data.questions[n - 1], text);
