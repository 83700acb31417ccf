// What a typed answer is worth at a point, as arithmetic.py computes it; FORMS has the rows of signs and functions; an array is {s: shape, a: numbers}.
const count = (shape) => shape.reduce((n, length) => n * length, 1);
const told = (shape) => "(" + shape.join(", ") + (shape.length === 1 ? ",)" : ")");

function evaluated(tree, values, dot) {
  const [kind, ...rest] = tree;
  if (kind === "number") return { s: [], a: [rest[0]] };
  if (kind === "name") return values[rest[0]];
  if (kind === "call") return called(rest[0], rest[1].map((x) => evaluated(x, values, dot)), rest[2], dot === "kept");
  if (kind === "and") return rest[0].map((x) => evaluated(x, values, dot)).reduce((x, y) => pointwise("·", x, y));
  const [x, y] = rest.map((part) => evaluated(part, values, dot));
  if (kind === "minus") return { s: x.s, a: x.a.map((v) => -v) };
  if (kind === "T") return transposed(x);
  if (kind === "@" || (kind === "·" && dot === "matrix" && fit(x, y))) {
    if (!fit(x, y)) throw new Slip("misfit", told(x.s) + " · " + told(y.s));
    return matmul(x, y);
  }
  return pointwise(kind, x, y);
}

function fit(x, y) {
  return [x, y].every((v) => v.s.length === 1 || v.s.length === 2) && x.s[x.s.length - 1] === y.s[0];
}
function matmul(x, y) {
  const m = x.s.length === 2 ? x.s[0] : 1, k = y.s[0], n = y.s.length === 2 ? y.s[1] : 1, a = [];
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += x.a[i * k + l] * y.a[l * n + j];
      a.push(sum);
    }
  return { s: [...(x.s.length === 2 ? [m] : []), ...(y.s.length === 2 ? [n] : [])], a };
}
// Where the numbers of an array stand in a larger shape.
function steps(shape, whole) {
  const found = new Array(whole.length).fill(0);
  let step = 1;
  for (let k = shape.length - 1; k >= 0; k--) {
    found[whole.length - shape.length + k] = shape[k] === 1 ? 0 : step;
    step *= shape[k];
  }
  return found;
}
function pointwise(sign, x, y) {
  const axes = Math.max(x.s.length, y.s.length), s = [];
  for (let k = 0; k < axes; k++) {
    const p = x.s[x.s.length - axes + k] ?? 1, q = y.s[y.s.length - axes + k] ?? 1;
    if (p !== q && p !== 1 && q !== 1) throw new Slip("misfit", told(x.s) + " " + sign + " " + told(y.s));
    s.push(p === 1 ? q : p);
  }
  const p = steps(x.s, s), q = steps(y.s, s), f = FORMS[sign];
  const a = Array.from({ length: count(s) }, (_, i) => {
    let from = 0, to = 0;
    for (let k = axes - 1; k >= 0; k--) {
      const at = i % s[k];
      i = (i - at) / s[k];
      from += at * p[k];
      to += at * q[k];
    }
    return f({ x: x.a[from], y: y.a[to] });
  });
  return { s, a };
}
function called(name, args, axis, kept) {
  const x = args[0];
  if (ALONG.includes(name)) {
    if (axis !== null && !(axis >= -x.s.length && axis < x.s.length)) throw new Slip("axes", String(axis));
    if (axis === null) {
      const sum = x.a.reduce((p, q) => p + q, 0);
      return { s: [], a: [name === "mean" ? sum / x.a.length : sum] };
    }
    const k = axis < 0 ? axis + x.s.length : axis, sum = summed(x, k);
    const s = kept ? x.s.map((n, i) => (i === k ? 1 : n)) : sum.s;
    return { s, a: name === "mean" ? sum.a.map((v) => v / x.s[k]) : sum.a };
  }
  if (args.length === 2) return pointwise(name, ...args);
  if (name === "transpose") return transposed(x);
  return name === "spread" ? x : { s: x.s, a: x.a.map((v) => FORMS[name]({ x: v })) };
}
function summed(x, axis) {
  const inner = count(x.s.slice(axis + 1)), length = x.s[axis], s = [...x.s.slice(0, axis), ...x.s.slice(axis + 1)];
  const a = new Array(count(s)).fill(0);
  x.a.forEach((v, i) => { a[Math.floor(i / (inner * length)) * inner + (i % inner)] += v; });
  return { s, a };
}
function transposed(x) {
  const axes = x.s.length;
  if (axes < 2) return x;
  const [m, n] = x.s.slice(-2), a = new Array(x.a.length);
  x.a.forEach((v, i) => {
    const at = i % (m * n), row = Math.floor(at / n), column = at % n;
    a[i - at + column * m + row] = v;
  });
  return { s: [...x.s.slice(0, -2), n, m], a };
}
