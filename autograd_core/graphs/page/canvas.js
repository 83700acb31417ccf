// The canvas: one SVG at a time, moved and scaled by its view box.
const stage = el("stage");
let home = { x: 0, y: 0, w: 1, h: 1 }, view = { ...home }, fitted = true, measured = false;
// whether the whole graph was in sight until something was revealed
let aside = false;

// Smaller than this, letters are no letters any more.
const LEGIBLE = 0.4;

Page.picture = (text) => {
  const focus = document.activeElement, kept = stage.contains(focus) && focus.id;
  const read = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (read.localName !== "svg") return;
  const svg = document.importNode(read, true);
  stage.replaceChildren(svg);
  Page.svg = svg;
  measured = false;
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", data.title);
  fit();
  // of what is too large to be read as a whole a part is shown
  const scale = stage.clientWidth / view.w;
  if (scale && scale < LEGIBLE) zoom(0.7 / scale);
  Page.tell("picture", svg);
  if (kept && el(kept)) el(kept).focus({ preventScroll: true });
};

// A frame that has no place yet knows no sizes.
function measure() {
  const box = Page.svg && Page.svg.getBBox();
  measured = Boolean(box && box.width);
  if (measured) home = { x: box.x - 26, y: box.y - 26, w: box.width + 52, h: box.height + 52 };
}

function fit() {
  if (!measured) measure();
  const key = el("legend").offsetHeight;
  const w = stage.clientWidth || 800, h = (stage.clientHeight || 500) - key;
  const scale = Math.min(w / home.w, h / home.h, 1.9);
  view = { w: w / scale, h: (h + key) / scale };
  view.x = home.x + (home.w - view.w) / 2;
  view.y = home.y + (home.h - h / scale) / 2;
  fitted = true;
  aside = false;
  moved();
}

// However far it is dragged, some of the graph stays in sight.
const within = (at, size, from, all) => Math.min(Math.max(at, from - 0.9 * size), from + all - 0.1 * size);

function moved() {
  view.x = within(view.x, view.w, home.x, home.w);
  view.y = within(view.y, view.h, home.y, home.h);
  if (Page.svg) Page.svg.setAttribute("viewBox", [view.x, view.y, view.w, view.h].map((v) => v.toFixed(2)).join(" "));
}

function zoom(factor, px, py) {
  if (!stage.clientWidth || !stage.clientHeight) return;
  const w = stage.clientWidth, h = stage.clientHeight;
  const scale = w / view.w, least = Math.min(w / home.w, h / home.h, 1) / 2;
  const next = Math.min(Math.max(scale * factor, least), 12);
  const x = px === undefined ? w / 2 : px, y = py === undefined ? h / 2 : py;
  view.x += x / scale - x / next;
  view.y += y / scale - y / next;
  view.w = w / next;
  view.h = h / next;
  fitted = aside = false;
  moved();
}

// Bring an element into sight, moving no more than is needed.
function reveal(element) {
  const all = stage.getBoundingClientRect(), box = element.getBoundingClientRect(), scale = all.width / view.w;
  if (!all.width) return;
  const open = innerWidth <= 700 && document.body.classList.contains("open");
  const sheet = open ? Math.max(0, all.bottom - el("panel").getBoundingClientRect().top) : el("legend").offsetHeight;
  const bottom = all.bottom - sheet - 16;
  let dx = 0, dy = 0;
  if (box.right > all.right - 16) dx = box.right - all.right + 16;
  if (box.left - dx < all.left + 16) dx = box.left - all.left - 16;
  if (box.bottom > bottom) dy = box.bottom - bottom;
  if (box.top - dy < all.top + 16) dy = box.top - all.top - 16;
  if (dx || dy) { view.x += dx / scale; view.y += dy / scale; aside ||= fitted; fitted = false; moved(); }
}

const fingers = new Map();
let dragged = false, inside = false, span = 0;
const embedded = window.parent !== window;

stage.addEventListener("pointerdown", (e) => {
  inside = true;
  if (e.button) return;
  fingers.set(e.pointerId, [e.clientX, e.clientY]);
  if (fingers.size === 1) dragged = false;
  span = 0;
});
addEventListener("pointermove", (e) => {
  const from = fingers.get(e.pointerId);
  if (!from) return;
  const dx = e.clientX - from[0], dy = e.clientY - from[1];
  if (!dragged && Math.hypot(dx, dy) < 5 && fingers.size === 1) return;
  if (!dragged) stage.classList.add("drag");
  dragged = true;
  const scale = stage.clientWidth / view.w, share = 1 / fingers.size;
  view.x -= (dx * share) / scale;
  view.y -= (dy * share) / scale;
  fitted = aside = false;
  fingers.set(e.pointerId, [e.clientX, e.clientY]);
  if (fingers.size === 2) {
    const [a, b] = [...fingers.values()], r = stage.getBoundingClientRect(), now = Math.hypot(a[0] - b[0], a[1] - b[1]);
    if (span) zoom(now / span, (a[0] + b[0]) / 2 - r.left, (a[1] + b[1]) / 2 - r.top);
    span = now;
  }
  moved();
});
for (const end of ["pointerup", "pointercancel"])
  addEventListener(end, (e) => { fingers.delete(e.pointerId); span = 0; stage.classList.remove("drag"); });
stage.addEventListener("pointerleave", () => { inside = false; });
stage.addEventListener("wheel", (e) => {
  // a page in a page lets the reader scroll past, until the picture was touched
  if (embedded && !inside && !e.ctrlKey && !e.metaKey) return;
  e.preventDefault();
  const r = stage.getBoundingClientRect(), by = e.deltaY * (e.deltaMode ? 20 : 1);
  zoom(Math.exp(-Math.max(-60, Math.min(60, by)) * (e.ctrlKey ? 0.01 : 0.003)), e.clientX - r.left, e.clientY - r.top);
}, { passive: false });
stage.addEventListener("dblclick", (e) => { if (!e.target.closest(".node,.toggle")) fit(); });

el("in").addEventListener("click", () => zoom(1.25));
el("out").addEventListener("click", () => zoom(0.8));
el("fit").addEventListener("click", fit);
// a frame later: what changes sizes while sizes are told is an error to browsers
new ResizeObserver(() => requestAnimationFrame(() => {
  if (fitted || !stage.clientWidth) return fit();
  view.h = (view.w * stage.clientHeight) / stage.clientWidth;
  moved();
})).observe(stage);

// The scheme: that of the system until one is chosen.
const dark = matchMedia("(prefers-color-scheme: dark)");
let chosen = null;
function tint() {
  const scheme = chosen || (dark.matches ? "dark" : "light");
  document.documentElement.dataset.scheme = scheme;
  el("scheme").setAttribute("aria-label", scheme === "dark" ? "Light colours" : "Dark colours");
  el("scheme").title = el("scheme").getAttribute("aria-label");
}
dark.addEventListener("change", tint);
el("scheme").addEventListener("click", () => {
  chosen = document.documentElement.dataset.scheme === "dark" ? "light" : "dark";
  tint();
});
tint();

// On paper: the whole graph, with everything that is known.
let before = null;
function paper() {
  if (before) return;
  before = { view, fitted, step: Page.step };
  Page.go(data.steps.length, true);
  view = { ...home };
  moved();
}
function screen() {
  if (!before) return;
  const was = before;
  before = null;
  Page.go(was.step, true);
  view = was.view;
  if (was.fitted) fit(); else moved();
}
addEventListener("beforeprint", paper);
addEventListener("afterprint", screen);
matchMedia("print").addEventListener("change", (e) => (e.matches ? paper() : screen()));
