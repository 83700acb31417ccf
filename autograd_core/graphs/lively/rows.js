// The inputs: a slider where there is a range, boxes, the gradient, and a needle beside it.
const board = el("inputs");
const views = new Map();
let chosen = null;

// How far one key moves an input: a hundredth of its range, as a round number.
function step(c) {
  const raw = (c.high - c.low) / 100, unit = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((k) => k * unit).find((k) => k >= raw * 0.999);
}
function rounded(x, c) { return Number((Math.round(x / (step(c) / 10)) * (step(c) / 10)).toPrecision(12)); }
function clamped(x, c) { return c.slides ? Math.min(c.high, Math.max(c.low, x)) : x; }
function heldBy(c, part) { return part === undefined ? holds[c.id] : holds[c.id][part]; }
function put(c, x, part) { if (Number.isFinite(x)) change(c.id, clamped(x, c), part); }
function titleOf(c, part) {
  if (part === undefined) return c.name;
  const index = [];
  for (let rest = part, axis = c.shape.length - 1; axis >= 0; axis--) { index.unshift(rest % c.shape[axis]); rest = Math.floor(rest / c.shape[axis]); }
  return `${c.name}[${index.join(", ")}]`;
}
function typed(text) { return text.trim() === "" ? NaN : Number(text.replace(/−/g, "-").replace(",", ".")); }
// A number in so many digits that one a unit further is another one.
function fine(x, unit, least) {
  const needed = x ? Math.ceil(Math.log10(Math.abs(x) / unit)) + 1 : 0;
  return numeral(x, Math.max(least, Math.min(12, needed)));
}
function fill(made, c, part) {
  const text = fine(heldBy(c, part), step(c), 6);
  made.value = text;
  made.classList.toggle("long", text.length > 8);
  made.classList.toggle("longest", text.length > 11);
}

function box(c, part) {
  const made = make("input", { class: "box", type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", "aria-label": titleOf(c, part), title: "drag sideways, or arrow keys" });
  made.addEventListener("change", () => {
    const x = typed(made.value);
    made.setAttribute("aria-invalid", String(!Number.isFinite(x)));
    if (Number.isFinite(x)) put(c, x, part);
    show();
  });
  made.addEventListener("focus", () => { choose(c, part); });
  made.addEventListener("keydown", (e) => {
    const way = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[e.key];
    if (!way) return;
    e.preventDefault();
    put(c, rounded(heldBy(c, part) + way * (e.shiftKey ? 10 : 1) * step(c), c), part);
    fill(made, c, part);
  });
  dragging(made, c, part, (c.high - c.low) / 240);
  return made;
}

// Moved sideways, an element changes a number; unmoved it is what it is.
function dragging(element, c, part, perPixel) {
  let from = null;
  element.addEventListener("pointerdown", (e) => { if (!e.button) from = { x: e.clientX, at: heldBy(c, part), on: false, id: e.pointerId }; });
  element.addEventListener("pointermove", (e) => {
    if (!from || (!from.on && Math.abs(e.clientX - from.x) < 4)) return;
    if (!from.on) { element.setPointerCapture(from.id); element.classList.add("pulled"); choose(c, part); }
    from.on = true;
    e.preventDefault();
    put(c, rounded(from.at + (e.clientX - from.x) * perPixel, c), part);
    if (document.activeElement === element && element.classList.contains("box")) fill(element, c, part);
  });
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => { from = null; element.classList.remove("pulled"); });
}

// A dial: the gradient as the slope of a needle, and beneath it the central difference.
function dial() {
  const svg = draw("svg", { class: "dial", viewBox: "-14 -14 28 28", "aria-hidden": "true" });
  svg.append(draw("circle", { r: 13, class: "face" }), draw("path", { d: "M-13,0H-10M10,0H13", class: "tick" }),
    draw("line", { class: "checked", x1: -11, x2: 11 }), draw("line", { class: "ruled", x1: -9, x2: 9 }));
  return svg;
}
function turn(line, slope) {
  line.toggleAttribute("hidden", !(slope === slope));
  if (slope === slope) line.setAttribute("transform", `rotate(${((-Math.atan(slope) * 180) / Math.PI).toFixed(2)})`);
}
function difference(x) {
  if (!Number.isFinite(x)) return numeral(x);
  return Math.abs(x) < 1e5 && (Math.abs(x) >= 1e-3 || x === 0) ? signed((Math.abs(x) < 5e-5 ? 0 : x).toFixed(4)) : numeral(x);
}

function row(c) {
  const view = { c, boxes: [], graded: data.nodes[c.id].g !== undefined };
  const single = !c.shape.length;
  view.name = make("button", { class: "pick", type: "button", title: `curve against ${c.name}`, onclick: () => choose(c, single ? undefined : 0) }, c.name);
  const head = make("div", { class: "head" }, view.name);
  view.all = make("div", { class: single ? "row" : "row wide", role: "group", "aria-label": c.name }, head);
  if (single) {
    if (c.slides) {
      view.slider = make("input", { class: "slide", type: "range", min: c.low, max: c.high, step: "any", "aria-label": c.name });
      view.slider.addEventListener("input", () => { choose(c); put(c, rounded(Number(view.slider.value), c)); });
      view.slider.addEventListener("keydown", (e) => {
        const way = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[e.key];
        const at = way ? rounded(holds[c.id] + way * (e.shiftKey ? 10 : 1) * step(c), c) : { Home: c.low, End: c.high }[e.key];
        if (at === undefined) return;
        e.preventDefault();
        choose(c);
        put(c, at);
      });
      head.append(view.slider);
    } else head.append(make("span", { class: "gap" }));
    view.boxes.push(box(c));
    head.append(view.boxes[0]);
  } else if (c.boxes) {
    const wide = c.shape[c.shape.length - 1];
    const grid = make("div", { class: "grid" });
    grid.style.setProperty("--wide", wide);
    holds[c.id].forEach((_, part) => { view.boxes.push(box(c, part)); grid.append(view.boxes[part]); });
    view.all.append(grid);
  } else head.append(make("span", { class: "q" }, `${shape(c.shape)}, too large to move by hand`));
  if (view.graded && c.boxes) {
    view.gradient = make("span", { class: "g" });
    view.needle = make("span", { class: "needle" });
    view.dial = single ? dial() : null;
    view.cells = single ? null : make("div", { class: "grid g", "aria-hidden": "true" });
    if (view.cells) {
      view.cells.style.setProperty("--wide", c.shape[c.shape.length - 1]);
      view.cells.append(...holds[c.id].map(() => make("span", {})));
    }
    view.all.append(make("div", { class: "slope" }, view.dial, view.gradient, view.needle), ...(view.cells ? [view.cells] : []));
  }
  views.set(c.id, view);
  return view.all;
}

function show() {
  for (const view of views.values()) {
    const { c } = view, single = !c.shape.length;
    view.boxes.forEach((made, part) => {
      if (document.activeElement !== made) fill(made, c, single ? undefined : part);
    });
    if (view.slider) {
      const x = holds[c.id], share = ((x - c.low) / (c.high - c.low)) * 100;
      view.slider.value = x;
      view.slider.setAttribute("aria-valuetext", numeral(x));
      view.slider.style.setProperty("--at", `${Math.max(0, Math.min(100, share))}%`);
    }
    if (!view.gradient) continue;
    const g = plain(state.gradients[c.id]) ?? (single ? 0 : holds[c.id].map(() => 0)), needle = state.needles[c.id], d = data.nodes[c.id];
    const letters = d.d === "grad" ? `grad of ${c.name}` : d.d;
    if (single) {
      view.gradient.textContent = `${letters} = ${numeral(g)}`;
      view.needle.textContent = `Δ ${difference(needle)}`;
      view.needle.title = `central difference: ${needle}`;
      turn(view.dial.querySelector(".ruled"), g);
      turn(view.dial.querySelector(".checked"), needle);
    } else {
      view.gradient.textContent = letters;
      const gap = Math.max(...g.map((v, k) => Math.abs(v - needle[k])));
      view.needle.textContent = `Δ within ${magnitude(gap)}`;
      view.needle.title = "the largest distance of a gradient to its central difference";
      [...view.cells.children].forEach((cell, k) => { cell.textContent = numeral(g[k]); cell.title = `Δ ${difference(needle[k])}`; });
    }
    const far = single ? Math.abs(g - needle) > 1e-3 * Math.max(1, Math.abs(g)) : false;
    view.all.classList.toggle("apart", far);
  }
}

function choose(c, part) {
  const same = chosen && chosen.c === c && chosen.part === part;
  chosen = { c, part };
  for (const view of views.values()) view.name.setAttribute("aria-pressed", String(view.c === c));
  if (!same && state) Page.tell("chosen", chosen);
}

board.append(make("div", { class: "rows" }, live.controls.map(row)));
Page.on("live", show);
