// The pictures: two directions of a formula, or a network with modules folded and unfolded.
const pictures = data.pictures, folds = el("fold");
let blind = false;
Page.state = 0;
Page.show = (state) => {
  Page.state = state === undefined ? upright() : state;
  const p = pictures[Page.state];
  const cards = p.at.map(([i, x, y]) => data.cards[i].replace("<g ", `<g transform='translate(${x},${y})' `));
  Page.picture(`<svg xmlns="${NS}"><g class="graph">${p.rest}${cards.join("")}</g></svg>`);
  blind = !measured;
  const at = data.depths.findIndex(([, i]) => i === Page.state);
  folds.value = at < 0 ? "" : String(at);
  follow();
};

// On a narrow screen a formula runs from top to bottom.
function upright() {
  const tall = pictures.findIndex((p) => p.tall);
  return tall >= 0 && stage.clientWidth < 700 && stage.clientHeight > stage.clientWidth * 0.6 ? tall : 0;
}

// What was drawn before it had a place could not be measured; a screen that was turned reads otherwise.
new ResizeObserver(() => requestAnimationFrame(() => {
  const state = Page.state && !pictures[Page.state].tall ? Page.state : upright();
  if (stage.clientWidth && (blind || (fitted && state !== Page.state))) Page.show(state);
})).observe(stage);

// The picture nearest to this one in which a module is folded, or open.
function nearest(module, fold) {
  const now = new Set(pictures[Page.state].closed || []);
  let best = -1, least = Infinity;
  pictures.forEach((p, i) => {
    const closed = p.closed || [];
    if (p.tall || i === Page.state || !(fold ? closed : p.open || []).includes(module)) return;
    const apart = closed.filter((m) => !now.has(m)).length + [...now].filter((m) => !closed.includes(m)).length;
    if (apart < least) { least = apart; best = i; }
  });
  return best;
}

function turn(module, fold) {
  const state = nearest(module, fold);
  if (state < 0) return;
  Page.show(state);
  const next = stage.querySelector(`.toggle[data-module="${module}"]`);
  if (next) { next.focus({ preventScroll: true }); reveal(next); }
  Page.refresh();
}

function toggle(module, fold, x, y) {
  const g = draw("g", { class: "toggle", role: "button", tabindex: 0, transform: `translate(${x},${y})`, "data-module": module });
  g.setAttribute("aria-label", `${fold ? "Fold" : "Unfold"} ${data.modules[module]}`);
  g.append(draw("rect", { width: 16, height: 16, rx: 5 }), draw("path", { d: fold ? "M4.5,8h7" : "M4.5,8h7M8,4.500v7" }));
  g.addEventListener("click", () => { if (!dragged) turn(module, fold); });
  g.addEventListener("keydown", (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); turn(module, fold); } });
  return g;
}

Page.on("picture", (svg) => {
  data.modules.forEach((path, i) => {
    const box = el(`m-${i}`);
    if (box && nearest(i, true) >= 0) {
      const b = outline(box).getBBox();
      svg.querySelector(".graph").append(toggle(i, true, b.x + b.width - 21, b.y + 5));
    }
  });
  for (const g of svg.querySelectorAll("g.node")) {
    const d = data.nodes[g.id], i = d && d.path ? data.modules.indexOf(d.path) : -1;
    if (i < 0 || nearest(i, false) < 0) continue;
    const b = outline(g).getBBox();
    const at = toggle(i, false, b.x + b.width + 8, b.y + b.height / 2 - 8);
    at.setAttribute("transform", `${g.getAttribute("transform")} ${at.getAttribute("transform")}`);
    g.after(at);
  }
});

Page.unfolding = (id, d) => {
  const i = data.modules.indexOf(d.path);
  return i < 0 || nearest(i, false) < 0 ? [] : make("p", {}, make("button", { class: "plain", type: "button", onclick: () => turn(i, false) }, "Unfold"));
};

el("folds").hidden = data.depths.length < 2;
folds.append(make("option", { value: "", hidden: "" }, "some folded"), ...data.depths.map(([words], i) => make("option", { value: i }, words)));
folds.addEventListener("change", () => { if (folds.value) { Page.show(data.depths[Number(folds.value)][1]); Page.refresh(); } });
