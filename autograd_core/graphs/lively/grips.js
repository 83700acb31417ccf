// Inputs are moved on their cards too: dragged sideways, or with the keys up and down.
const movable = (id) => live.controls.find((c) => c.id === id && !c.shape.length);
let held = null;

function track() {
  for (const c of live.controls) {
    const card = el(c.id);
    if (!card || c.shape.length || !c.slides) continue;
    let rail = card.querySelector(":scope > .rail");
    if (!rail) {
      const b = outline(card).getBBox();
      rail = draw("g", { class: "rail" });
      rail.append(draw("path", { class: "way", d: `M${b.x + 12},${b.y + b.height}H${b.x + b.width - 12}` }), draw("circle", { class: "knob", r: 4.5, cy: b.y + b.height }));
      rail.from = b.x + 12;
      rail.wide = b.width - 24;
      card.append(rail);
      card.classList.add("movable");
    }
    const share = Math.max(0, Math.min(1, (holds[c.id] - c.low) / (c.high - c.low)));
    rail.querySelector(".knob").setAttribute("cx", (rail.from + share * rail.wide).toFixed(2));
  }
  for (const c of live.controls) if (!c.shape.length) el(c.id)?.classList.add("movable");
}
Page.on("picture", track);
Page.on("live", track);

stage.addEventListener("pointerdown", (e) => {
  const card = e.target.closest && e.target.closest("g.node"), c = card && movable(card.id);
  if (!c || e.button) return;
  e.stopImmediatePropagation();
  const scale = outline(card).getBoundingClientRect().width - 24;
  held = { c, x: e.clientX, at: holds[c.id], id: e.pointerId, per: (c.high - c.low) / Math.max(60, scale), on: false };
  dragged = false;
}, true);
addEventListener("pointermove", (e) => {
  if (!held || e.pointerId !== held.id || (!held.on && Math.abs(e.clientX - held.x) < 4)) return;
  if (!held.on) { held.on = true; dragged = true; stage.classList.add("moving"); choose(held.c); }
  put(held.c, rounded(held.at + (e.clientX - held.x) * held.per, held.c));
});
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { held = null; stage.classList.remove("moving"); });
stage.addEventListener("keydown", (e) => {
  const card = e.target.closest && e.target.closest("g.node"), c = card && movable(card.id);
  const way = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[e.key];
  if (!c || !way || e.ctrlKey || e.metaKey || e.altKey) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  choose(c);
  put(c, rounded(holds[c.id] + way * (e.shiftKey ? 10 : 1) * step(c), c));
}, true);

// The keys that only this page has, among those of every page.
Page.on("details", (id, where) => {
  const keys = where.querySelector(".keys");
  if (keys) keys.prepend(make("dt", {}, make("kbd", {}, "↑"), " ", make("kbd", {}, "↓")), make("dd", {}, "move an input: on its card, slider or box; with shift further"));
});
document.body.classList.add("live");
if (live.bare) document.body.classList.add("bare");
choose(live.controls.find((c) => !c.shape.length && c.slides) || live.controls.find((c) => !c.shape.length) || live.controls[0], live.controls.some((c) => !c.shape.length) ? undefined : 0);
compute();
Page.on("start", () => Page.tell("live", state));
