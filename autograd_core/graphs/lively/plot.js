// The result against one input, with the tangent whose slope is the gradient.
const WIDE = 280, HIGH = 168, LEFT = 8, RIGHT = 8, TOP = 10, BOTTOM = 10, POINTS = 140;
const plot = draw("svg", { class: "curve", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" });
const parts0 = {};
for (const [css, tag] of [["frame", "rect"], ["marks", "g"], ["zero", "path"], ["line", "path"], ["tangent", "path"], ["drop", "path"], ["point", "circle"]])
  plot.append((parts0[css] = draw(tag, { class: css })));
const clip = draw("clipPath", { id: "inside-plot" });
clip.append(draw("rect", { x: LEFT, y: TOP, width: WIDE - LEFT - RIGHT, height: HIGH - TOP - BOTTOM }));
plot.prepend(clip);
for (const css of ["line", "tangent", "zero", "drop"]) parts0[css].setAttribute("clip-path", "url(#inside-plot)");
for (const [key, value] of Object.entries({ x: LEFT, y: TOP, width: WIDE - LEFT - RIGHT, height: HIGH - TOP - BOTTOM, rx: 4 })) parts0.frame.setAttribute(key, value);
parts0.point.setAttribute("r", 5);
const ends = { low: make("span", {}), middle: make("span", { class: "axis" }), high: make("span", {}) };
const says = make("p", { class: "says" });
el("plot").append(says, plot, make("div", { class: "ends" }, Object.values(ends)));
let range = null;

function pushed(x) {
  const { c, part } = chosen;
  if (part === undefined) return { ...holds, [c.id]: x };
  const all = [...holds[c.id]];
  all[part] = x;
  return { ...holds, [c.id]: all };
}

// The ends of the axis: those of the slider, and as far as the point.
function reach() {
  const { c, part } = chosen, at = heldBy(c, part);
  let { low, high } = c;
  if (!c.slides && (at < low || at > high)) { const wide = high - low; low = at - wide / 2; high = at + wide / 2; }
  return { low: Math.min(low, at), high: Math.max(high, at) };
}

// Two to four round numbers between two others.
function ticks(low, high) {
  const raw = (high - low) / 4, unit = 10 ** Math.floor(Math.log10(raw)), by = [1, 2, 5, 10].map((k) => k * unit).find((k) => k >= raw);
  const found = [];
  for (let k = Math.ceil(low / by); k * by < high; k++) found.push(Number((k * by).toPrecision(12)));
  return found.filter((y) => y < high - (high - low) * 0.08).slice(0, 5).map((y) => [y, fine(y, by, 6)]);
}

function curve() {
  if (!chosen || !state) return;
  const { c, part } = chosen, at = heldBy(c, part), { low, high } = reach();
  range = { low, high };
  const xs = Array.from({ length: POINTS + 1 }, (_, k) => low + ((high - low) * k) / POINTS);
  const safe = (x) => { try { return Page.program.forward(pushed(x)); } catch { return NaN; } };
  const ys = xs.map(safe), here = safe(at);
  const known = [...ys, here].filter(Number.isFinite).sort((a, b) => a - b);
  const g0 = plain(state.gradients[c.id]), g = part === undefined ? g0 : g0 && g0[part];
  let bottom = known[0] ?? 0, top = known[known.length - 1] ?? 1;
  // a pole shall not flatten all the rest
  const q = (p) => known[Math.round((known.length - 1) * p)], spread = q(0.85) - q(0.15);
  if (known.length > 20 && spread > 0 && top - bottom > 12 * spread) { bottom = Math.max(bottom, q(0.15) - 2 * spread); top = Math.min(top, q(0.85) + 2 * spread); }
  if (Number.isFinite(here)) { bottom = Math.min(bottom, here); top = Math.max(top, here); }
  if (!(top - bottom > 1e-12 * Math.max(Math.abs(top), Math.abs(bottom), 1e-300))) { const r = Math.max(1, Math.abs(top)) / 2; bottom -= r; top += r; }
  const air = (top - bottom) * 0.08;
  const X = (x) => LEFT + ((x - low) / (high - low)) * (WIDE - LEFT - RIGHT);
  const Y = (y) => Math.max(-1e4, Math.min(1e4, HIGH - BOTTOM - ((y - bottom + air) / (top - bottom + 2 * air)) * (HIGH - TOP - BOTTOM)));
  const f = (v) => v.toFixed(2);
  let d = "", pen = "M";
  ys.forEach((y, k) => {
    if (!Number.isFinite(y)) { pen = "M"; return; }
    d += `${pen}${f(X(xs[k]))},${f(Y(y))}`;
    pen = "L";
  });
  parts0.line.setAttribute("d", d || "M0,0");
  const on = Number.isFinite(here), slope = on && Number.isFinite(g);
  parts0.tangent.setAttribute("d", slope ? `M${f(X(low))},${f(Y(here + g * (low - at)))}L${f(X(high))},${f(Y(here + g * (high - at)))}` : "M0,0");
  parts0.tangent.toggleAttribute("hidden", !slope);
  parts0.point.toggleAttribute("hidden", !on);
  parts0.point.setAttribute("cx", f(X(at)));
  parts0.point.setAttribute("cy", on ? f(Y(here)) : 0);
  parts0.drop.setAttribute("d", on ? `M${f(X(at))},${f(Y(here))}V${HIGH - BOTTOM}` : "M0,0");
  parts0.zero.setAttribute("d", `M${LEFT},${f(Y(0))}H${WIDE - RIGHT}${low < 0 && high > 0 ? `M${f(X(0))},${TOP}V${HIGH - BOTTOM}` : ""}`);
  const said = titleOf(c, part), called = data.nodes[root].n || "result", sum = shapeOf(root).length ? `sum of ${called}` : called;
  ends.low.textContent = fine(low, (high - low) / 20, 3);
  ends.high.textContent = fine(high, (high - low) / 20, 3);
  ends.middle.textContent = said;
  parts0.marks.replaceChildren(...ticks(bottom - air, top + air).flatMap(([y, text]) => {
    const label = draw("text", { x: LEFT + 5, y: f(Y(y) - 3) });
    label.textContent = text;
    return [draw("path", { d: `M${LEFT},${f(Y(y))}H${WIDE - RIGHT}` }), label];
  }));
  says.replaceChildren(make("span", {}, `${sum} = ${numeral(here)} against ${said}`), make("span", { class: "g" }, slope ? `slope ${numeral(g)}` : "no slope here"));
  plot.setAttribute("aria-label", `${sum} against ${said}, at ${numeral(at)} it is ${numeral(here)} with slope ${slope ? numeral(g) : "unknown"}`);
}
Page.on("live", curve);
Page.on("chosen", curve);

let pulling = null;
function pulled(e) {
  const r = plot.getBoundingClientRect(), u = ((e.clientX - r.left) / r.width) * WIDE;
  const x = pulling.low + ((u - LEFT) / (WIDE - LEFT - RIGHT)) * (pulling.high - pulling.low);
  put(chosen.c, rounded(Math.min(pulling.high, Math.max(pulling.low, x)), chosen.c), chosen.part);
}
plot.addEventListener("pointerdown", (e) => { if (e.button || !range) return; pulling = range; plot.setPointerCapture(e.pointerId); pulled(e); });
plot.addEventListener("pointermove", (e) => { if (pulling) pulled(e); });
for (const end of ["pointerup", "pointercancel"]) plot.addEventListener(end, () => { pulling = null; });
