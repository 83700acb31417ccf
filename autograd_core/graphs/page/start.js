// Everything is known: show it.
el("legend").replaceChildren(...data.legend.map(([css, colour, words]) => {
  const dot = make("i", { class: css });
  dot.style.background = colour;
  return make("li", {}, dot, words);
}));
slide.max = data.steps.length;
slide.setAttribute("aria-label", "step");
play(false);
Page.show();
// of what is too large to be read as a whole a part is shown
if (stage.clientWidth && stage.clientWidth / view.w < 0.2) zoom(0.7 * view.w / stage.clientWidth);
Page.go(data.start);
Page.select(null);
Page.tell("start");
