// Boxes over the gaps of the picture, which follow it when it is moved.
const layer = el("boxes"), boxes = new Map(), narrow = matchMedia("(max-width:700px)");
const gap = /(\d+)\u00a0[_\u00a0]{4,}/;
let shownPicture = -1, frames = [], sized = false;
Page.go = () => {};

function larger(wide, high) {
  const scales = Page.data.pictures.map(({ w, h }) => Math.min(wide / w, high / h, 1.2));
  return scales.length > 1 && scales[1] > scales[0] * 1.1 ? 1 : 0;
}
function show(n) {
  if (n === shownPicture) return;
  shownPicture = n;
  Page.picture(Page.data.pictures[n].svg);
}
function choosePicture() { show(larger(stage.clientWidth, stage.clientHeight)); }

// Where each gap is, in the units of the picture; what is left of its line stays.
function measured(svg) {
  const found = [], seen = new Set();
  // a shape may stand on its card and beside the wire that leaves it: once is enough
  const texts = [...svg.querySelectorAll(".node text"), ...svg.querySelectorAll(".edge text")];
  for (const text of texts) {
    const m = gap.exec(text.textContent);
    const n = m && Number(m[1]);
    if (!m || !Page.data.questions[n - 1]) continue;
    if (seen.has(n)) {
      erase(text, m.index, m[0].length);
      continue;
    }
    const last = m.index + m[0].length - 1, chip = text.closest(".chip");
    let frame;
    if (chip) {
      const all = outline(chip).getBBox();
      frame = { x: all.x, y: all.y, width: all.width, height: all.height };
    } else {
      const from = text.getStartPositionOfChar(m.index), to = text.getEndPositionOfChar(last), box = text.getBBox();
      const middle = box.y + box.height / 2;
      frame = { x: from.x - 1, y: middle - 7, width: Math.max(58, to.x - from.x + 2), height: 16 };
      const card = text.closest(".node"), room = card && outline(card).getBBox();
      if (room) frame.width = Math.max(44, Math.min(frame.width, room.x + room.width - 5 - frame.x));
    }
    seen.add(n);
    found.push({ n, frame });
    erase(text, m.index, m[0].length);
  }
  return found;
}

function erase(text, start, length) {
  let at = 0;
  const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT), nodes = [];
  while (walk.nextNode()) nodes.push(walk.currentNode);
  for (const node of nodes) {
    const n = node.data.length, from = Math.max(0, start - at), to = Math.min(n, start + length - at);
    at += n;
    if (from < to) node.data = node.data.slice(0, from) + node.data.slice(to);
  }
  text.removeAttribute("textLength");
}

// Bring a box into sight, large enough to be read.
function near(n) {
  const box = boxes.get(n), scale = stage.clientWidth / Page.svg.viewBox.baseVal.width;
  if (scale < 0.85) {
    const all = stage.getBoundingClientRect(), at = box.getBoundingClientRect();
    zoom(1.15 / scale, at.x + at.width / 2 - all.x, at.y + at.height / 2 - all.y);
    follow();
  }
  reveal(box);
}

function follow() {
  const svg = Page.svg;
  if (!svg) return;
  const v = svg.viewBox.baseVal, scale = stage.clientWidth / v.width;
  for (const { n, frame } of frames) {
    const box = boxes.get(n);
    box.style.transform = `translate(${((frame.x - v.x) * scale).toFixed(2)}px,${((frame.y - v.y) * scale).toFixed(2)}px) scale(${scale.toFixed(4)})`;
  }
}

const watcher = new MutationObserver(follow);
Page.on("picture", (svg) => {
  svg.setAttribute("role", "img");
  sized = stage.clientWidth > 0 && svg.getBBox().width > 0;
  frames = measured(svg);
  for (const { n, frame } of frames) {
    const box = boxes.get(n);
    box.style.width = `${frame.width}px`;
    box.style.height = `${frame.height}px`;
    box.querySelector("input").style.fontSize = `${Math.min(11, frame.height * 0.62)}px`;
    // on paper the box is part of the picture
    svg.append(draw("rect", { class: "blank", ...frame, rx: 4 }));
  }
  watcher.disconnect();
  watcher.observe(svg, { attributes: true, attributeFilter: ["viewBox"] });
  follow();
});
new ResizeObserver(() => {
  // a frame that had no size knew of no places
  if (!sized) shownPicture = -1;
  choosePicture();
  requestAnimationFrame(follow);
}).observe(stage);

// The schemes are called in the language of the page.
function callScheme() {
  const words = say(document.documentElement.dataset.scheme === "dark" ? "light" : "dark");
  if (el("scheme").title === words) return;
  el("scheme").setAttribute("aria-label", words);
  el("scheme").title = words;
}
new MutationObserver(callScheme).observe(document.documentElement, { attributes: true, attributeFilter: ["data-scheme"] });
callScheme();

// On paper stands the drawing that is larger there.
addEventListener("beforeprint", () => {
  show(larger(1030, 540));
  Page.svg.setAttribute("viewBox", [home.x, home.y, home.w, home.h].join(" "));
});
addEventListener("afterprint", () => show(larger(stage.clientWidth, stage.clientHeight)));
