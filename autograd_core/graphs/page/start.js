// Everything is known: show it.
const note = data.note ? [make("li", { class: "note" }, data.note)] : [];
el("legend").replaceChildren(...note, ...data.legend.map(([css, colour, words]) => {
  const dot = make("i", { class: css });
  dot.style.background = colour;
  return make("li", {}, dot, words);
}));
slide.max = data.steps.length;
slide.setAttribute("aria-label", "step");
play(false);
Page.show();
Page.go(data.start);
Page.select(null);
Page.tell("start");
