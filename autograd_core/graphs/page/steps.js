// Step by step: forward through the operations, then backward through them, newest first.
const half = data.steps.filter((s) => !s.b).length;
const slide = el("slide");
let timer = null, parts = [], wires = [];

// What an element of the picture stands for: which steps show it.
const owner = (n) => (/x/.test(n) ? `f-${n}` : `o-${n}`);
function part(id) {
  const [sort, number, argument] = id.split("-"), d = data.nodes[id] || {};
  if (sort === "v") return { id, sort, op: d.by };
  if (sort === "k" || (sort === "f" && !d.k)) return { id, sort };
  if (sort === "s") return { id, sort, value: `v-${number}`, ops: (data.uses[`v-${number}`] || []).map(([o]) => o) };
  const op = sort === "d" ? owner(number) : id, ops = ((data.nodes[op] || {}).ops || []).filter((o) => order.has(o));
  return { id, sort, argument: Number(argument), ...(ops.length ? { ops } : { op }) };
}

// The steps by their operations.
const order = new Map(data.steps.filter((s) => !s.b).map((s, i) => [s.o, i]));
const first = (p) => (p.ops ? Math.min(...p.ops.map((o) => order.get(o) ?? 0)) : order.get(p.op) ?? -1);
const last = (p) => (p.ops ? Math.max(...p.ops.map((o) => order.get(o) ?? 0), -1) : order.get(p.op) ?? -1);

Page.on("picture", (svg) => {
  parts = [...svg.querySelectorAll("g.node, g.chip")].filter((g) => g.id).map((g) => ({ g, ...part(g.id) }));
  const known = new Map(parts.map((p) => [p.id, p]));
  const defs = svg.insertBefore(draw("defs", {}), svg.firstChild);
  for (const [id, orient] of [["tip", "auto"], ["pit", "auto-start-reverse"]]) {
    const mark = draw("marker", { id: `${id}-of`, viewBox: "0 0 8 8", refX: 7.4, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient });
    mark.append(draw("path", { id, d: "M0,1L8,4L0,7z" }));
    defs.append(mark);
  }
  wires = [];
  const ends = new Map();
  // everything is measured before anything is changed: else the browser lays the picture out for each wire
  const later = [];
  // a mark is there as soon as what it stands at, on a wire as soon as what the wire leads to
  for (const title of svg.querySelectorAll("g.edge > title")) {
    const [tail, head] = title.textContent.split(" ").map((name) => known.get(name));
    for (const [mark, other] of [[head, tail], [tail, head]])
      if (mark && other && mark.sort === "k") Object.assign(mark, { op: other.op, ops: other.ops, wired: mark === tail });
  }
  for (const g of svg.querySelectorAll("g.edge")) {
    const title = g.querySelector(":scope > title"), path = g.querySelector("path");
    if (!title || !path) continue;
    const [tail, head] = title.textContent.split(" ").map((name) => known.get(name));
    later.push(() => title.remove());
    if (!tail || !head) continue;
    const wire = { g, path, tail, head, back: /c2410c/i.test(path.getAttribute("stroke") || "") };
    // the data runs from what is made earlier to what is made later; a chip lies before its operation
    const rank = (p) => (p.sort === "k" ? last(p) - 0.4 : p.sort === "d" ? last(p) - 0.25 : p.sort === "s" ? rank(part(p.value)) + 0.1 : p.sort === "v" && !p.op ? -1 : last(p) + (p.sort === "v" ? 0.5 : 0));
    wire.turned = rank(tail) > rank(head);
    const to = wire.turned ? tail : head;
    // where the arrow of the gradient stands the wire ends early; without that arrow it goes on
    const head0 = wire.back && g.querySelector("polygon");
    if (head0) {
      const length = path.getTotalLength(), points = [...head0.points].map((p) => [p.x, p.y]);
      const [a, b] = [0, length].map((at) => path.getPointAtLength(at));
      const far = (p, q) => Math.hypot(p[0] - q.x, p[1] - q.y);
      const near = points.reduce((m, p) => Math.min(m, far(p, a)), Infinity) < points.reduce((m, p) => Math.min(m, far(p, b)), Infinity) ? a : b;
      const point = points.reduce((m, p) => (far(p, near) > far(m, near) ? p : m), points[0]);
      const stub = draw("path", { class: "stub", d: `M${near.x},${near.y}L${point[0]},${point[1]}` });
      later.push(() => g.append(stub));
    }
    if (!"dsk".includes(to.sort)) wire.arrow = wire.turned ? ["marker-start", "url(#pit-of)"] : ["marker-end", "url(#tip-of)"];
    const chip = [tail, head].find((p) => p.sort === "d");
    wire.op = chip ? first(chip) : [tail, head].map((p) => (p.sort === "v" ? -1 : p.sort === "s" ? last(p) : first(p))).reduce((a, b) => Math.max(a, b), -1);
    for (const text of g.querySelectorAll("text,tspan"))
      if (/a33408|c2410c/i.test(text.getAttribute("fill") || "")) later.push(() => text.classList.add("grad"));
    for (const [p, end] of [[tail, 0], [head, 1]])
      if (p.sort === "d" || p.sort === "s") ends.set(p, [...(ends.get(p) || []), [path, end, p === tail ? head : tail]]);
    wires.push(wire);
  }
  // under a chip that is not there yet the wire runs on
  for (const [p, all] of ends) {
    const at = ([path, end]) => path.getPointAtLength(end ? path.getTotalLength() : 0);
    const from = p.sort === "s" ? all.find(([, , other]) => other.sort === "v" || other.sort === "o" || other.sort === "f") || all[0] : all[0];
    const a = at(from), lines = all.filter((e) => e !== from).map(at).map((b) => `M${a.x},${a.y}L${b.x},${b.y}`);
    p.bridge = draw("path", { class: "bridge", d: lines.join("") });
    later.push(() => svg.querySelector(".edge").before(p.bridge));
  }
  for (const change of later) change();
  apply();
});

function apply() {
  const k = Page.step, done = data.steps.slice(0, k), at = done[k - 1];
  const forward = new Set(), backward = new Set(), gradient = new Map(), wired = new Map();
  // numbers on wires that other steps change; at first as they are drawn
  data.steps.forEach((s, i) => (s.w || []).forEach(([id, text]) => wired.set(id, i < k ? text : wired.get(id) || null)));
  for (const [id, text] of wired) patchText(id, text);
  for (const s of done) {
    (s.b ? backward : forward).add(s.o);
    for (const [v, text, value] of s.g || []) gradient.set(v, text ? { text, value } : { text: null, value: data.nodes[v].g });
  }
  const over = (set) => (id) => { const p = part(id); return p.ops ? p.ops.every((o) => set.has(o)) : set.has(id); };
  Page.reached = { forward: { has: over(forward) }, backward: { has: over(backward) }, gradient };
  stage.classList.toggle("back", Boolean(at && at.b));
  const lit = (p) => (p.sort === "s" ? lit(part(p.value)) : p.ops ? p.ops.every((o) => forward.has(o)) : !p.op || forward.has(p.op));
  const swept = (p) => (p.sort === "s" ? p.ops.some((o) => backward.has(o)) : p.ops ? p.ops.every((o) => backward.has(o)) : backward.has(p.op));
  for (const p of parts) {
    if (p.sort === "d" || p.sort === "s") {
      p.g.classList.toggle("away", !swept(p));
      if (p.bridge) p.bridge.classList.toggle("wait", !lit(p));
      if (p.bridge) p.bridge.classList.toggle("away", swept(p));
    } else p.g.classList.toggle("wait", p.wired ? !swept(p) : !lit(p));
    p.g.classList.toggle("now", Boolean(at) && (p.id === at.o || (p.sort !== "s" && (p.ops || []).includes(at.o))));
    if (p.sort === "v") rows(p, gradient.get(p.id));
  }
  for (const w of wires) {
    const reached = w.op < 0 || backward.has(data.steps[w.op].o);
    w.g.classList.toggle("wait", !lit(w.tail) || !lit(w.head));
    if (!w.back) { for (const t of w.g.querySelectorAll(".grad")) t.classList.toggle("away", !reached); continue; }
    w.g.classList.toggle("calm", !reached);
    if (w.arrow) reached ? w.path.removeAttribute(w.arrow[0]) : w.path.setAttribute(w.arrow[0], w.arrow[1]);
  }
}

// The gradient on a card: not there, the sum so far, or as it was drawn.
function rows(p, found) {
  if (!p.gradients) {
    const red = [...p.g.querySelectorAll("text,tspan")].filter((t) => /a33408/i.test(t.getAttribute("fill") || "") && !t.textContent.startsWith("!"));
    p.gradients = [...new Set([el(`${p.id}-grad`), ...red, el(`${p.id}-how`)])].filter(Boolean);
  }
  p.gradients.forEach((row, i) => {
    row.classList.toggle("away", !found || (i > 0 && found.text !== null));
    if (i === 0 && found) patchText(row, found.text);
  });
}

// A part of the picture follows the steps.
function follow() {
  const s = data.steps[Page.step - 1], here = s && !fitted && el(s.o);
  if (here) reveal(here);
}

Page.go = (k, quiet) => {
  Page.step = Math.max(0, Math.min(data.steps.length, k));
  slide.value = Page.step;
  const s = data.steps[Page.step - 1], n = data.steps.length;
  const where = `${Page.step} / ${n}`;
  el("count").textContent = where;
  const op = s && data.nodes[s.o];
  const lead = s ? `${s.b ? "backward" : "forward"} at ${op ? op.sym : s.o}: ` : "";
  const words = s ? s.t : n ? "the inputs are given; nothing has been computed yet" : "";
  if (!quiet) el("say").replaceChildren(make("b", {}, lead), make("span", { class: s && s.b ? "g" : "" }, words));
  slide.setAttribute("aria-valuetext", `step ${where}, ${lead}${words}`);
  const share = n ? (Page.step / n) * 100 : 0, middle = n ? (half / n) * 100 : 0;
  const beyond = share > middle ? "var(--flow) " + middle + "%,var(--flow) " + share + "%," : "";
  slide.style.setProperty("--track", `linear-gradient(90deg,var(--on) ${Math.min(share, middle)}%,${beyond}var(--line) ${share}%)`);
  slide.style.setProperty("--thumb", s && s.b ? "var(--flow)" : "var(--on)");
  el("back").disabled = !Page.step;
  el("next").disabled = Page.step === n;
  apply();
  if (!quiet) follow();
  Page.tell("step", Page.step);
};

function play(on) {
  clearInterval(timer);
  timer = null;
  if (on) {
    if (Page.step >= data.steps.length) Page.go(0);
    timer = setInterval(() => {
      Page.go(Page.step + 1);
      if (Page.step >= data.steps.length) play(false);
    }, data.pause || 1100);
  }
  el("play").setAttribute("aria-label", on ? "Pause" : "Play");
  el("play").classList.toggle("on", on);
  for (const shape of el("play").querySelectorAll("svg > *")) shape.toggleAttribute("hidden", shape.classList.contains("pause") !== on);
}
Page.playing = () => timer !== null;

slide.addEventListener("input", () => { play(false); Page.go(Number(slide.value)); });
el("back").addEventListener("click", () => { play(false); Page.go(Page.step - 1); });
el("next").addEventListener("click", () => { play(false); Page.go(Page.step + 1); });
el("play").addEventListener("click", () => play(!timer));

addEventListener("keydown", (e) => {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) return;
  const tag = e.target.tagName;
  // numbers that are scrolled keep the keys that scroll
  if (e.key !== "Escape" && e.target.closest(".scroll")) return;
  if (tag === "SELECT" || (tag === "INPUT" && e.target !== slide) || tag === "TEXTAREA") return;
  const keys = {
    ArrowLeft: () => Page.go(Page.step - 1), ArrowRight: () => Page.go(Page.step + 1),
    Home: () => Page.go(0), End: () => Page.go(data.steps.length),
    "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), "−": () => zoom(0.8), 0: fit,
    Escape: () => Page.select(null),
  };
  if (e.key === " ") {
    if (tag === "BUTTON" || e.target.getAttribute("role") === "button") return;
    e.preventDefault();
    play(!timer);
  } else if (keys[e.key]) {
    e.preventDefault();
    if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(e.key)) play(false);
    keys[e.key]();
  }
});
