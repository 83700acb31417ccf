// The pictures: two directions of a formula, or a network with modules folded and unfolded.
Page.state = 0;
Page.show = (state) => {
  Page.state = state === undefined ? pick() : state;
  const p = data.pictures[Page.state];
  const cards = p.at.map(([i, x, y]) => data.cards[i].replace("<g ", `<g transform='translate(${x},${y})' `));
  Page.picture(`<svg xmlns="${NS}"><g class="graph">${p.rest}${cards.join("")}</g></svg>`);
};
function pick() {
  const tall = data.pictures.findIndex((p) => p.tall);
  return tall >= 0 && stage.clientWidth < 700 && stage.clientHeight > stage.clientWidth ? tall : 0;
}
