// What can be chosen on the picture, and what the panel says of it.
const panel = el("detail");

Page.on("picture", (svg) => {
  const nodes = [...svg.querySelectorAll("g.node, g.chip")].filter((g) => about(g.id));
  // by the order of the program, so that the tab key follows it: a chip comes right before its operation
  const place = (id) => { const [sort, n, i] = id.split("-"); return parseInt(n.replace(/^\d+x/, "")) + (sort === "d" ? -0.5 + Number(i) / 100 : 0); };
  nodes.sort((a, b) => place(a.id) - place(b.id));
  for (const g of nodes) {
    for (const a of g.querySelectorAll("a")) a.replaceWith(...a.childNodes);
    for (const title of g.querySelectorAll("title")) title.remove();
  }
  // all are measured before any is changed: else the browser lays the picture out for each card
  const rings = nodes.map((g) => {
    let box = (outline(g) || g).getBBox();
    for (const shape of g.querySelectorAll("path,rect,polygon,ellipse"))
      { const b = shape.getBBox(); if (b.width > box.width) box = b; }
    const round = g.querySelector("ellipse,circle") ? box.width / 2 + 4 : 14;
    return draw("rect", { class: "ring", x: box.x - 4, y: box.y - 4, width: box.width + 8, height: box.height + 8, rx: Math.min(round, box.height / 2 + 4) });
  });
  nodes.forEach((g, i) => {
    g.append(rings[i]);
    g.setAttribute("role", "button");
    g.setAttribute("tabindex", "0");
    g.parentNode.append(g);
  });
  mark();
  name();
});

function about(id) {
  if (!id) return null;
  const [sort, n, i] = id.split("-");
  if (sort === "d") { const op = data.nodes[owner(n)]; return op && op.a[i] ? { k: "chip", op, a: op.a[i] } : null; }
  return data.nodes[id] || null;
}

function mark() {
  for (const g of stage.querySelectorAll(".sel")) g.classList.remove("sel");
  const g = Page.selected && el(Page.selected);
  if (g) g.classList.add("sel");
}

// What a screen reader says of each card, operation and chip.
function name() {
  for (const g of stage.querySelectorAll("g[role=button].node, g[role=button].chip")) {
    const d = about(g.id);
    if (!d) continue;
    const found = Page.reached && Page.reached.gradient.get(g.id);
    const words = d.k === "chip" ? [`local derivative ${d.a.s} = ${plainLocal(d.a)}`]
      : d.k === "operation" ? [`operation ${d.sym}`, d.f]
      : [d.l, d.k, brief(d.v), d.w ? `before ${brief(d.w)}` : null, found ? `${d.d === "grad" ? "gradient" : d.d} = ${size(found.value)}` : null];
    g.setAttribute("aria-label", words.filter(Boolean).join(", "));
    g.setAttribute("aria-pressed", String(g.id === Page.selected));
  }
}

function plainLocal(a) { return a.x && typeof a.x === "string" && a.x !== a.l ? `${a.l} = ${a.x}` : a.l; }
function size(v) { return v && v.g ? `|g| ${v.g}` : brief(v); }
function share(a) { return a.c || data.nodes[a.v].g; }
function brief(v) { return v == null ? "" : typeof v === "string" ? v : v.dt ? `${shape(v.s)} ${v.dt}, not kept` : v.a && v.a.length <= 6 ? `[${v.a.join(", ")}]` : `${shape(v.s)}`; }
function shape(s) { return `(${s.join(", ")}${s.length === 1 ? "," : ""})`; }

// A value: a number, a table of up to 256 of them, or what is known of more.
function value(v, css) {
  if (v == null) return make("p", { class: "big" }, "–");
  if (typeof v === "string") return make("p", { class: `big ${css || ""}` }, v);
  if (v.dt) return [make("p", { class: css || "" }, `${shape(v.s)} ${v.dt}`), make("p", { class: "q" }, "– its numbers were not kept")];
  if (!v.a) return make("dl", { class: css || "" }, [["shape", shape(v.s)], ["min", v.lo], ["mean", v.mean], ["max", v.hi]].map(([k, x]) => [make("dt", {}, k), make("dd", {}, x)]));
  const wide = v.s[v.s.length - 1] || 1, rows = [];
  for (let i = 0; i < v.a.length; i += wide) {
    const index = [];
    for (let rest = i / wide, axis = v.s.length - 2; axis >= 0; axis--) { index.unshift(rest % v.s[axis]); rest = Math.floor(rest / v.s[axis]); }
    const head = v.s.length > 2 ? make("th", { scope: "row" }, `[${index.join(", ")}]`) : null;
    rows.push(make("tr", {}, head, v.a.slice(i, i + wide).map((x) => make("td", {}, x))));
  }
  return make("div", { class: `scroll ${css || ""}`, tabindex: "0", role: "region", "aria-label": `numbers of shape ${shape(v.s)}` }, v.a.length ? make("table", {}, rows) : "no numbers");
}

// What it was in the graph that this one is compared with.
function earlier(v) { return v ? [make("p", { class: "q" }, "before"), value(v, "q")] : null; }

function link(id, words) {
  const d = about(id);
  if (!d) return words || "…";
  return make("button", { class: "link", type: "button", onclick: () => Page.select(id, true) }, words || d.l || d.sym || id);
}

function list(entries) {
  const known = entries.filter(([, v]) => v != null && v !== "");
  return known.length ? make("dl", {}, known.map(([k, v]) => [make("dt", {}, k), make("dd", {}, v)])) : null;
}

const heading = (words, kind, colour) => [make("h2", { tabindex: "-1" }, words), make("div", { class: "kind" }, tinted(kind, colour))];
function tinted(words, colour) { const made = make("span", {}, words); if (colour) queueMicrotask(() => made.parentNode && made.parentNode.style.setProperty("--tint", colour)); return made; }
const block = (title, ...inside) => { const kept = inside.flat().filter((x) => x != null); return kept.length ? [make("h3", {}, title), kept] : []; };

const describe = {
  value(id, d) {
    const reached = Page.reached, found = reached.gradient.get(id);
    const uses = (data.uses[id] || []).map(([o, i]) => [o, data.nodes[o], data.nodes[o].a[i], reached.backward.has(o)]).filter(([, , a]) => a.l != null);
    const flows = uses.length || d.seed;
    const routes = uses.length ? make("table", { class: "routes" },
      uses.map(([o, op, a, on]) => make("tr", { class: on ? "" : "off" }, make("th", { scope: "row" }, "through ", link(o, op.sym)), make("td", { class: on ? "g" : "" }, on ? a.e || size(share(a)) || a.l : "–"))),
      uses.length > 1 ? make("tr", { class: "sum" }, make("th", { scope: "row" }, found && found.text !== null ? "sum so far" : "sum"), make("td", { class: "g" }, found ? size(found.value) : "–")) : null) : null;
    const known = !d.by || reached.forward.has(d.by);
    return [
      heading(d.n || d.l, ...data.kinds[d.k]),
      block("value", known ? [value(d.v), earlier(d.w)] : make("p", { class: "q" }, "– not computed yet")),
      d.now ? block("now", value(d.now), make("p", { class: "q" }, "It was overwritten after it was used.")) : [],
      block(d.d === "grad" ? "gradient" : `gradient ${d.d}`, !flows ? make("p", { class: "q" }, "none flows here") : found ? [value(found.value, "g"), found.text === null ? earlier(d.gw) : null] : make("p", { class: "q" }, "– not reached yet")),
      block("contributions: upstream × local", routes, d.seed && found ? make("p", { class: "q" }, "the sweep starts here") : null),
      block("rules", uses.map(([, , a]) => a.r).filter(Boolean).map((r) => make("p", { class: "math g" }, r))),
      d.held ? block(".grad holds", value(d.held, "g"), make("p", { class: "q" }, d.why)) : [],
      list([["formula", d.f], ["made by", d.by ? link(d.by) : null], ["shape", d.sh || "()"], ["dtype", d.dt || "float64"], ["module", d.m], ["line", code(d.at)]]),
    ];
  },
  operation(id, d) {
    const reached = Page.reached, made = data.nodes[d.r], on = reached.backward.has(id);
    return [
      heading(d.path || d.sym, d.ops ? `folded: ${d.ops.length} operations` : d.op, "var(--on)"),
      d.ops ? Page.unfolding(id, d) : [],
      block("computes", make("p", { class: "math" }, made ? [link(d.r), made.f && made.f !== made.l ? ` = ${made.f}` : ""] : d.f), reached.forward.has(id) && made ? value(made.v) : make("p", { class: "q" }, "– not computed yet")),
      made && d.flows ? block("gradient that arrives", on ? value((reached.gradient.get(d.r) || { value: made.g }).value, "g") : make("p", { class: "q" }, "– not reached yet")) : [],
      d.a.map((a, i) => a.l == null ? [] : block(/\(/.test(a.s) ? "local derivative" : a.s, local(a), a.r ? make("p", { class: "math g" }, a.r) : null, on && a.e ? make("p", { class: "math g" }, a.e) : null)),
      list([["arguments", d.a.map((a, i) => [i ? ", " : "", a.v ? link(a.v) : a.t])], ["parameters", d.p], ["shape", d.sh || "()"], ["dtype", d.dt || "float64"], ["module", d.m], ["line", code(d.at)]]),
    ];
  },
  chip(id, d) {
    const number = id.split("-")[1], on = Page.reached.backward.has(owner(number));
    return [
      heading(d.a.s, "local derivative", "var(--flow)"),
      block("local derivative", local(d.a)),
      block("rule", d.a.r ? make("p", { class: "math g" }, d.a.r) : null),
      block("upstream × local", on && (d.a.e || share(d.a)) ? d.a.e ? make("p", { class: "big g" }, d.a.e) : value(share(d.a), "g") : make("p", { class: "q" }, "– not reached yet")),
      list([["of", link(owner(number))], ["into", link(d.a.v)], ["line", code(d.op.at)]]),
    ];
  },
};

function code(text) { return text ? make("code", {}, text) : null; }
function local(a) {
  const number = typeof a.x === "string";
  return [make("p", { class: "big g" }, plainLocal(a)), !number && a.x ? value(a.x, "g") : null];
}

function overview() {
  const reached = Page.reached, values = Object.entries(data.nodes).filter(([, d]) => d.k !== "operation");
  const made = values.filter(([, d]) => d.by && d.n).slice(0, 12), given = values.filter(([, d]) => !d.by && d.n).slice(0, 12);
  const line = ([id, d]) => make("li", {}, make("span", {}, link(id, d.n), d.f && d.f !== d.l ? ` = ${d.f}` : ""), make("span", {}, !d.by || reached.forward.has(d.by) ? brief(d.v) : "–"));
  const graded = ([id, d]) => make("li", {}, make("span", { class: "g" }, d.d === "grad" ? `grad ${d.n}` : d.d), make("span", { class: "g" }, reached.gradient.has(id) ? size(reached.gradient.get(id).value) : "–"));
  const flowing = given.filter(([id]) => (data.uses[id] || []).some(([o, i]) => data.nodes[o].a[i].l !== undefined));
  return [
    make("p", { class: "q" }, `${data.size}. Choose a card, an operation or a derivative to see where it comes from.`),
    make("ul", { class: "lines" }, given.map(line), made.map(line)),
    flowing.length ? make("ul", { class: "lines" }, flowing.map(graded)) : null,
    make("dl", { class: "keys" }, [["← →", "one step"], ["space", "play, pause"], ["+ − 0", "larger, smaller, whole"], ["tab", "next card; arrows: neighbours"]].map(([k, w]) => [make("dt", {}, k.split(" ").map((c, i) => [i ? " " : "", make("kbd", {}, c)])), make("dd", {}, w)])),
  ];
}

function refresh() {
  const d = about(Page.selected);
  document.body.classList.toggle("idle", !d);
  const sort = !d ? null : describe[d.k] ? d.k : "value";
  const top = el("panel").scrollTop, all = () => [...panel.querySelectorAll("button,[tabindex]")], at = all().indexOf(document.activeElement);
  panel.replaceChildren(...(d ? describe[sort](Page.selected, d) : overview()).flat(9).filter(Boolean));
  const same = all()[at];
  if (same) same.focus();
  el("panel").scrollTop = top;
  Page.tell("details", Page.selected, panel);
}

let opener = null;
Page.select = (id, jump) => {
  const had = Page.selected;
  Page.selected = about(id) ? id : null;
  document.body.classList.toggle("open", Page.selected !== null);
  mark();
  name();
  refresh();
  el("panel").scrollTop = 0;
  const g = Page.selected && el(Page.selected);
  if (g) { opener = g; if (jump) { g.focus({ preventScroll: true }); } reveal(g); }
  if (!Page.selected && had && document.activeElement && el("panel").contains(document.activeElement) && opener) opener.focus();
  // what moved to be seen beside the panel goes back to its place
  if (!Page.selected && had && aside) fit();
};
Page.on("step", () => { name(); refresh(); });
Page.refresh = refresh;
el("close").addEventListener("click", () => { const back = opener; Page.select(null); if (back && back.isConnected) back.focus({ preventScroll: true }); });

stage.addEventListener("click", (e) => {
  if (dragged) return;
  const g = e.target.closest("g[role=button].node, g[role=button].chip");
  if (g) Page.select(g.id); else if (!e.target.closest(".toggle")) Page.select(null);
});

// Arrow keys on a card go to its neighbour on that side.
stage.addEventListener("keydown", (e) => {
  const g = e.target.closest && e.target.closest("g[role=button]");
  if (!g || e.ctrlKey || e.metaKey || e.altKey) return;
  if ((e.key === "Enter" || e.key === " ") && about(g.id)) { e.preventDefault(); Page.select(g.id); return; }
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
  if (!way) return;
  e.preventDefault();
  const middle = (node) => { const r = node.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; };
  const [x, y] = middle(g);
  let best = null, least = Infinity;
  for (const other of stage.querySelectorAll("g[role=button].node:not(.away), g[role=button].chip:not(.away)")) {
    const [ox, oy] = middle(other), along = (ox - x) * way[0] + (oy - y) * way[1], across = Math.abs((ox - x) * way[1]) + Math.abs((oy - y) * way[0]);
    if (along < 4) continue;
    const cost = along + 2.2 * across;
    if (cost < least) { least = cost; best = other; }
  }
  if (best) { best.focus({ preventScroll: true }); reveal(best); }
});
stage.addEventListener("focusin", (e) => { const g = e.target.closest("g[role=button]"); if (g && g.matches(":focus-visible")) reveal(g); });
