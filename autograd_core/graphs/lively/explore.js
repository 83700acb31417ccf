(() => {
"use strict";
const el = (id) => document.getElementById(id);
const start = JSON.parse(el("data").textContent);
const field = el("formula"), place = el("place"), says = el("says");
let asked = 0, shown = null, coming = null, timer = null, last = null;
// where the inputs were left, by name: a new formula starts from there
const moved = {};

function grow() { field.style.height = "auto"; field.style.height = `${field.scrollHeight + 3}px`; }

function say(text, wrong) {
  says.textContent = text;
  says.classList.toggle("wrong", Boolean(wrong));
  place.classList.toggle("stale", Boolean(wrong));
  field.setAttribute("aria-invalid", String(Boolean(wrong)));
}

async function ask(formula) {
  const mine = ++asked;
  last = formula;
  if (!formula.trim()) { say("Type a formula: names become inputs, ; or a new line begins the next statement."); return; }
  let answer;
  try {
    const reply = await fetch("formula", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ formula, moved }) });
    answer = await reply.json();
  } catch {
    answer = { error: "The server does not answer; is autograd-core explore still running?" };
  }
  if (mine !== asked) return;
  if (answer.error !== undefined) return say(answer.error, true);
  show(answer, mine);
}

// The new page comes up behind the old one and takes its place when it is drawn.
function show(answer, mine) {
  if (coming) coming.remove();
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.title = answer.title;
  frame.srcdoc = answer.html;
  coming = frame;
  frame.addEventListener("load", () => {
    if (mine !== asked || coming !== frame) return frame.remove();
    coming = null;
    frame.classList.add("shown");
    const old = shown;
    shown = frame;
    if (old) old.remove();
    document.title = answer.title;
    say("");
  });
  place.append(frame);
}

addEventListener("message", (e) => {
  if (!shown || e.source !== shown.contentWindow || !e.data || typeof e.data.moved !== "object") return;
  for (const [name, value] of Object.entries(e.data.moved)) moved[name] = value;
});

function hash() { return decodeURIComponent(location.hash.slice(1)); }
function take(formula, remember) {
  field.value = formula;
  grow();
  if (remember) history.pushState(null, "", `#${encodeURIComponent(formula)}`);
  ask(formula);
}
field.addEventListener("input", () => {
  grow();
  clearTimeout(timer);
  timer = setTimeout(() => { history.replaceState(null, "", `#${encodeURIComponent(field.value)}`); ask(field.value); }, 220);
});
// Enter is done with this formula: the next edit is a new entry of the history.
field.addEventListener("keydown", (e) => {
  if (e.key !== "Enter" || e.shiftKey) return;
  e.preventDefault();
  clearTimeout(timer);
  history.pushState(null, "", `#${encodeURIComponent(field.value)}`);
  if (field.value !== last) ask(field.value);
});
addEventListener("popstate", () => { if (hash() !== field.value) take(hash(), false); });
el("tries").append(...start.tries.map((formula) => {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = formula;
  made.addEventListener("click", () => take(formula, true));
  return made;
}));
take(hash() || start.formula, false);
field.focus();
})();
