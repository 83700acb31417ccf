// The chain rule of the chosen input in letters, and its number as it is now.
function derived() {
  const section = el("chain");
  if (!section || !chosen) return;
  const lines = live.lines[chosen.c.name], g = plain(state.gradients[chosen.c.id]);
  section.toggleAttribute("hidden", !lines);
  if (!lines) return;
  const said = typeof g === "number" ? [...lines, `${" ".repeat((/^.*?(?= = )/.exec(lines[0]) || [""])[0].length)} = ${numeral(g)}`] : lines;
  if (section.dataset.said === said.join("\n")) return;
  section.dataset.said = said.join("\n");
  section.replaceChildren(section.firstElementChild, make("pre", { class: "g", tabindex: "0", "aria-label": "derivation" }, said.join("\n")));
}
Page.on("live", derived);
Page.on("chosen", derived);
if (live.bare) Page.on("live", () => {
  const moved = Object.fromEntries(live.controls.map((c) => [c.name, holds[c.id]]));
  parent.postMessage({ moved }, "*");
});
