// What is asked, typed, said and counted.
const questions = Page.data.questions, total = questions.length;
const state = questions.map(() => ({ text: "", mark: "", said: "", hints: 0 }));
let current = 0;
document.body.classList.add(Page.data.kind);

for (const q of questions) {
  const input = make("input", { type: "text", autocomplete: "off", autocapitalize: "off", autocorrect: "off", spellcheck: "false", "data-box": q.number });
  const box = make("div", { class: "box" }, input, make("i", { "aria-hidden": "true" }, String(q.number)));
  boxes.set(q.number, box);
  layer.append(box);
  input.addEventListener("focus", () => {
    // a frame may tell of the focus after the first letters
    if (input.value !== state[q.number - 1].text) typed(q.number, input.value);
    if (current !== q.number || !narrow.matches) choose(q.number, false);
  });
  input.addEventListener("input", () => typed(q.number, input.value));
  input.addEventListener("click", () => { if (narrow.matches) open(q.number); });
  input.addEventListener("keydown", (e) => keys(e, q.number, input));
}
el("list").append(...questions.map((q) => make("button", { type: "button", "data-box": q.number, onclick: () => go(q.number) }, String(q.number))));

function keys(e, n, input) {
  if (e.isComposing) return;
  if (e.key === "Enter") {
    e.preventDefault();
    if (narrow.matches && input.closest(".box")) open(n); else check(n);
  } else if (e.key === "ArrowDown" || e.key === "ArrowUp") {
    e.preventDefault();
    go(((n - 1 + (e.key === "ArrowDown" ? 1 : total - 1)) % total) + 1);
  } else if (e.key === "Escape") shut();
}

function typed(n, text) {
  const s = state[n - 1];
  s.text = text;
  if (s.mark && text !== s.checked) { s.mark = ""; s.said = ""; }
  paint(n);
  if (n === current) { verdict(); sync(); }
}

function check(n) {
  const s = state[n - 1];
  if (s.mark === "shown") return;
  judged(n);
  choose(n, false);
  score();
}

function judged(n) {
  const s = state[n - 1], answer = Page.judge(n, s.text);
  Object.assign(s, { checked: s.text, said: answer.text, mark: answer.right ? "right" : answer.kind === "nothing" ? "" : "wrong" });
  paint(n);
}

function checkAll() {
  for (const q of questions) if (state[q.number - 1].text.trim() && state[q.number - 1].mark !== "shown") judged(q.number);
  score();
  if (current) choose(current, false);
}

function reveal1(n) {
  const s = state[n - 1];
  Object.assign(s, { text: questions[n - 1].answer, mark: "shown", said: questions[n - 1].answer });
  paint(n);
  score();
  choose(n, false);
}

function hint(n) {
  const s = state[n - 1];
  s.hints = Math.min(s.hints + 1, questions[n - 1].hints.length);
  choose(n, false);
}

function reset() {
  for (const q of questions) { Object.assign(state[q.number - 1], { text: "", mark: "", said: "", hints: 0 }); paint(q.number); }
  score();
  if (current) choose(current, false);
}

// The look and the words of one box.
function paint(n) {
  const s = state[n - 1], box = boxes.get(n), input = box.querySelector("input"), q = questions[n - 1];
  box.className = ["box", s.mark, n === current ? "now" : ""].filter(Boolean).join(" ");
  if (input.value !== s.text) input.value = s.text;
  input.readOnly = narrow.matches || s.mark === "shown";
  input.title = s.text.length > 9 ? s.text : "";
  const word = s.mark === "right" ? say("right word") : s.mark === "wrong" ? say("wrong word") : s.mark === "shown" ? say("shown") : s.text ? "" : say("empty");
  input.setAttribute("aria-label", [q.spoken, word].filter(Boolean).join(", "));
  if (s.mark === "wrong") input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
  const button = el("list").children[n - 1];
  button.className = s.mark;
  button.setAttribute("aria-label", `${say("box", { n, all: total })}: ${q.spoken}${word ? ", " + word : ""}`);
  button.setAttribute("aria-current", String(n === current));
}

function score() {
  const done = state.filter((s) => s.mark === "right").length;
  el("score").textContent = say("of", { done, all: total });
}

function go(n) {
  if (narrow.matches) return open(n);
  boxes.get(n).querySelector("input").focus({ preventScroll: true });
}

function open(n) {
  document.body.classList.add("open");
  document.body.classList.remove("idle");
  choose(n, true);
}

function shut() {
  document.body.classList.remove("open");
  document.body.classList.add("idle");
  if (narrow.matches && current) boxes.get(current).querySelector("input").focus({ preventScroll: true });
}

function choose(n, inSheet) {
  const before = current;
  current = n;
  if (before && before !== n) paint(before);
  paint(n);
  ask(inSheet);
  if (before !== n && frames.some((f) => f.n === n)) near(n);
}

function ask(focus) {
  const q = questions[current - 1], s = state[current - 1], n = current;
  const kept = el("answer") && document.activeElement === el("answer");
  const entry = make("input", { id: "answer", type: "text", autocomplete: "off", autocapitalize: "off", autocorrect: "off", spellcheck: "false", "aria-label": say("your answer") });
  entry.value = s.text;
  entry.readOnly = s.mark === "shown";
  entry.addEventListener("input", () => typed(n, entry.value));
  entry.addEventListener("keydown", (e) => keys(e, n, entry));
  const letters = q.listed.map((w) => make("button", { type: "button", "aria-label": w, onclick: () => insert(n, w.replace(/ \(G\d*\)$/, "")) }, w));
  el("question").replaceChildren(
    make("p", { class: "where" }, say("box", { n, all: total })),
    make("h2", {}, q.asked + (Page.data.kind === "shapes" ? "" : " = ?")),
    make("p", { class: "spoken" }, q.spoken),
    make("div", { class: "entry" }, entry, make("button", { class: "go", id: "check", type: "button", onclick: () => check(n) }, say("check"))),
    make("p", { id: "verdict", role: "status" }),
    make("div", { class: "row" },
      make("button", { class: "plain", id: "hint", type: "button", onclick: () => hint(n) }, say("hint")),
      make("button", { class: "plain", id: "show", type: "button", onclick: () => reveal1(n) }, say("show")),
      make("button", { class: "icon", id: "before", type: "button", "aria-label": say("previous"), title: say("previous"), onclick: () => go(((n - 2 + total) % total) + 1) }, arrow("M14.500 6l-6 6 6 6")),
      make("button", { class: "icon", id: "after", type: "button", "aria-label": say("next"), title: say("next"), onclick: () => go((n % total) + 1) }, arrow("M9.500 6l6 6-6 6"))),
    s.hints ? make("ul", { class: "hints" }, q.hints.slice(0, s.hints).map((h) => make("li", {}, h))) : "",
    letters.length && s.mark !== "shown" ? make("div", { class: "may" }, say("may type"), make("div", { class: "letters" }, letters)) : "");
  el("hint").disabled = s.hints >= q.hints.length;
  el("show").disabled = s.mark === "shown";
  verdict();
  if (focus || kept) entry.focus({ preventScroll: true });
}

function arrow(d) {
  const svg = draw("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
  svg.append(draw("path", { d }));
  return svg;
}

function verdict() {
  const s = state[current - 1], p = el("verdict");
  if (!p) return;
  p.className = s.mark;
  if (s.mark === "shown") p.replaceChildren(`${questions[current - 1].asked} = `, make("b", {}, s.said));
  else p.textContent = s.said;
  if (p.textContent && state.every((x) => x.mark === "right")) p.append(` ${say("done")}`);
}

function sync() {
  const s = state[current - 1], entry = el("answer");
  if (entry && entry.value !== s.text) entry.value = s.text;
}

function insert(n, letter) {
  const s = state[n - 1];
  if (s.mark === "shown") return;
  const input = narrow.matches ? el("answer") : boxes.get(n).querySelector("input"), at = input.selectionStart ?? s.text.length, end = input.selectionEnd ?? at;
  typed(n, s.text.slice(0, at) + letter + s.text.slice(end));
  input.focus({ preventScroll: true });
  input.setSelectionRange(at + letter.length, at + letter.length);
}

el("all").addEventListener("click", checkAll);
el("reset").addEventListener("click", reset);
el("paper").addEventListener("click", () => print());
el("close").addEventListener("click", shut);
addEventListener("keydown", (e) => { if (e.key === "Escape") shut(); });
narrow.addEventListener("change", () => { shut(); questions.forEach((q) => paint(q.number)); });

el("question").replaceChildren(make("p", { class: "where" }, say("pick")));
questions.forEach((q) => paint(q.number));
score();
choosePicture();
