// What the inputs hold, and what the program makes of it. The texts of the page are written anew from it.
const live = data.live;
const root = live.root;
const holds = {};
for (const c of live.controls) holds[c.id] = Array.isArray(c.start) ? c.start.map(Number) : Number(c.start);
let state = null;

const shapeOf = (id) => live.values[id].s;
const plain = (x) => (x === null || x === undefined || typeof x === "number" ? x : Array.from(x));
const flows = (a) => a.l !== undefined && a.l !== null;

function compute() {
  const found = Page.program.live(holds);
  state = { inputs: holds, values: { ...live.constants, ...found.values }, gradients: found.gradients, locals: {}, shares: {}, needles: {} };
  for (const [id, x] of Object.entries(found.locals)) (id[0] === "d" ? state.locals : state.shares)[id] = x;
  for (const c of live.controls) if (c.boxes) state.needles[c.id] = Page.program.needle(holds, c.id);
  write();
}

// The share of a gradient that flows back on an edge: upstream times local, or what the rule made of it.
function flowing(o, i) {
  const known = state.shares[`c-${o.slice(2)}-${i}`];
  if (known !== undefined) return known;
  const up = state.gradients[data.nodes[o].r], local = state.locals[`d-${o.slice(2)}-${i}`];
  return typeof up === "number" && typeof local === "number" ? up * local : null;
}

function product(o, i, value) {
  const r = data.nodes[o].r, local = state.locals[`d-${o.slice(2)}-${i}`], up = state.gradients[r];
  if (![value, local, up].every((x) => typeof x === "number")) return undefined;
  return `${bracketed(short(up, [], r))} · ${bracketed(short(local, [], r))} = ${short(value, [], r)}`;
}

// The data of the page, where they depend on numbers.
function write() {
  for (const [id, d] of Object.entries(data.nodes)) {
    if (d.k === "operation") {
      d.a.forEach((a, i) => {
        if (!flows(a)) return;
        const local = state.locals[`d-${id.slice(2)}-${i}`], value = flowing(id, i);
        if (a.x !== undefined && local !== undefined) a.x = shown(plain(local), typeof local === "number" ? [] : shapeOf(a.v), "");
        if (a.e !== undefined) a.e = product(id, i, value) || a.e;
        if (a.c !== undefined && value !== null) a.c = shown(plain(value), shapeOf(a.v), "", true);
      });
      continue;
    }
    d.v = shown(plain(state.values[id]), shapeOf(id), id);
    if (state.gradients[id] !== null && state.gradients[id] !== undefined && d.g !== undefined) d.g = shown(plain(state.gradients[id]), shapeOf(id), "", true);
    delete d.held;
    delete d.now;
  }
  sweep();
}

// The sentence of each step, and what the gradients are before all has met.
function sweep() {
  const waiting = {}, sums = {}, steps = data.steps;
  for (const d of Object.values(data.nodes)) for (const a of d.a || []) if (flows(a)) waiting[a.v] = (waiting[a.v] || 0) + 1;
  let k = 0;
  for (const s of steps) {
    if (!s.b) { s.t = filled(live.sentences[k++]); continue; }
    const op = data.nodes[s.o], words = [], found = [], result = data.nodes[op.r];
    if (result.seed) {
      words.push(`${derivative(op.r)} = ${short(plain(state.gradients[op.r]), shapeOf(op.r), "")}`);
      found.push([op.r]);
    }
    op.a.forEach((a, i) => {
      if (!flows(a)) return;
      waiting[a.v]--;
      const value = plain(flowing(s.o, i)), shape = shapeOf(a.v), text = product(s.o, i, value);
      if (value !== null) sums[a.v] = sums[a.v] === undefined ? value : typeof value === "number" ? sums[a.v] + value : value.map((v, j) => v + sums[a.v][j]);
      const rule = (a.r || "").split(" = ").slice(a.r && a.r.includes(" = ") ? 1 : 0).join(" = ");
      const size = value === null ? "" : short(value, shape, "");
      words.push(`${derivative(a.v)} += ${text || rule + (!size ? "" : size.startsWith("mean") ? `, ${size}` : ` = ${size}`)}`);
      const total = sums[a.v];
      if (!waiting[a.v] || total === undefined || value === null) return found.push([a.v]);
      const known = short(total, shape, "");
      const partial = shape.length && known.startsWith(live.rules.words) ? `|g| ${known.slice(live.rules.words.length)} + …` : `${data.nodes[a.v].d} = ${known} + …`;
      found.push([a.v, partial, shown(total, shape, "", true)]);
    });
    s.t = words.join("; ") || "no gradient arrives";
    s.g = found;
  }
}

function filled(sentence) {
  const parts = sentence.split("\0"), unique = (text) => [...new Set(text.split(" = "))].join(" = ");
  const whole = parts.map((part, i) => {
    if (i % 2 === 0) return part;
    const text = short(plain(state.values[part]), shapeOf(part), part);
    return i === parts.length - 2 && !parts[parts.length - 1] ? text : bracketed(text);
  }).join("");
  return unique(whole);
}
function derivative(id) {
  const d = data.nodes[id];
  return d.d === "grad" ? `grad of ${d.l}` : d.d;
}

function change(id, value, part) {
  const c = live.controls.find((one) => one.id === id);
  const round = c.single ? Math.fround : Number;
  if (part === undefined) holds[id] = typeof value === "number" ? round(value) : Array.from(value, round);
  else { holds[id] = [...holds[id]]; holds[id][part] = round(value); }
  compute();
  Page.tell("live", state);
}

Page.live = {
  // By name or id: {x: 2, W: [1, 2, 3, 4]}; numbers outside of a slider's range are taken as they are.
  set(values) {
    for (const [name, value] of Object.entries(values)) {
      const c = live.controls.find((one) => one.id === name || one.name === name);
      if (!c) throw new RangeError(`no input is called ${name}`);
      const round = c.single ? Math.fround : Number;
      holds[c.id] = typeof value === "number" ? round(value) : Array.from(value.flat(Infinity), round);
    }
    compute();
    Page.tell("live", state);
  },
  state() {
    const read = (part) => Object.fromEntries(Object.entries(part).map(([k, x]) => [k, plain(x)]));
    return Object.fromEntries(Object.entries(state).map(([part, found]) => [part, read(found)]));
  },
  number: numeral,
  magnitude,
};
