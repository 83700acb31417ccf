// What every part of the page and every further script knows of the others.
const NS = "http://www.w3.org/2000/svg";
const data = JSON.parse(document.getElementById("data").textContent);
const heard = {};
const Page = (window.Page = {
  data,
  svg: null,
  step: 0,
  selected: null,
  on(event, listener) { (heard[event] ||= []).push(listener); },
  tell(event, ...what) { for (const listener of heard[event] || []) listener(...what); },
  el: (id) => document.getElementById(id),
  patchText,
});
const el = Page.el;

// An element with attributes and children; text is text, never markup.
function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {}))
    if (key === "onclick") made.addEventListener("click", value);
    else if (value != null) made.setAttribute(key, value);
  made.append(...children.flat(9).filter((c) => c != null));
  return made;
}

function draw(tag, attributes) {
  const made = document.createElementNS(NS, tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// The letters of an element of the picture; null gives it back what was drawn there.
function patchText(id, text) {
  const group = typeof id === "string" ? el(id) : id;
  if (!group) return false;
  const lines = /^t/.test(group.tagName) ? [group] : [...group.querySelectorAll("text")];
  const line = lines[0];
  if (!line) return false;
  if (!line.drawn) line.drawn = [...line.childNodes].map((n) => n.cloneNode(true));
  line.removeAttribute("textLength");
  line.removeAttribute("lengthAdjust");
  if (text === null) {
    line.replaceChildren(...line.drawn.map((n) => n.cloneNode(true)));
  } else {
    const span = line.querySelector("tspan");
    if (span) { span.textContent = text; line.replaceChildren(span); } else line.textContent = text;
    squeeze(line.closest("text"));
  }
  return true;
}

// Letters that would leave their card are set closer.
function squeeze(line) {
  const shape = line.closest(".node") && outline(line.closest(".node"));
  if (!shape) return;
  const room = shape.getBBox(), box = line.getBBox();
  const most = room.x + room.width - 5 - box.x;
  if (box.width > most && most > 0) {
    line.setAttribute("textLength", most);
    line.setAttribute("lengthAdjust", "spacingAndGlyphs");
  }
}

function outline(node) { return node.querySelector("path,rect,ellipse,circle,polygon"); }
