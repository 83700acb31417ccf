// The picture: letters change, nothing moves.
function settle(id, text) {
  const element = el(id);
  if (!element || element.dataset.said === text) return;
  if (!Page.patchText(element, text)) return;
  element.dataset.said = text;
  const line = /^t/.test(element.tagName) ? element : element.querySelector("text");
  // what a step back gives this element is what it says now
  line.drawn = [...line.childNodes].map((n) => n.cloneNode(true));
  const chip = line.closest(".chip");
  if (chip) centre(chip);
}

// What a chip says stands in its middle, however long the number is.
function centre(chip) {
  const room = outline(chip).getBBox(), texts = [...chip.querySelectorAll("text")], boxes = texts.map((t) => t.getBBox());
  const left = Math.min(...boxes.map((b) => b.x)), right = Math.max(...boxes.map((b) => b.x + b.width));
  const by = room.x + room.width / 2 - (left + right) / 2;
  for (const t of texts) t.setAttribute("transform", `translate(${by.toFixed(2)})`);
}

function valueText(id) {
  const shape = shapeOf(id), numbers = flat(plain(state.values[id]));
  if (!shape.length) return plainNumber(numbers[0], id, live.values[id].c ? 6 : 4);
  return numbers.length <= live.rules.inline ? nested(numbers, shape, id) : null;
}

function gradientText(id) {
  const d = data.nodes[id], x = plain(state.gradients[id]), shape = shapeOf(id);
  if (x === null || x === undefined) return null;
  if (!shape.length) return `${d.d} = ${numeral(flat(x)[0])}`;
  if (flat(x).length <= live.rules.inline) {
    const text = `${d.d} = ${nested(flat(x), shape, "")}`;
    if (text.length <= live.rules.longest) return text;
  }
  return `|g| ${magnitude(meanSize(flat(x)))}`;
}

function howText(id) {
  const met = (data.uses[id] || []).filter(([o, i]) => flows(data.nodes[o].a[i]));
  const symbols = live.products[id];
  if (symbols === undefined || !met.length) return null;
  let numbers;
  if (met.length > 1) {
    const terms = met.map(([o, i]) => numeral(flowing(o, i)));
    numbers = terms.slice(1).reduce((text, t) => text + (t.startsWith("−") ? ` − ${t.slice(1)}` : ` + ${t}`), terms[0]);
  } else {
    const [o, i] = met[0], local = numeral(state.locals[`d-${o.slice(2)}-${i}`]);
    numbers = `${numeral(state.gradients[data.nodes[o].r])} · ${local.startsWith("−") ? `(${local})` : local}`;
  }
  const told = `${numbers}   (${symbols})`;
  return symbols && told.length <= 28 ? told : numbers;
}

function paint() {
  if (!Page.svg || !state) return;
  for (const id of Object.keys(live.values)) {
    const card = el(id);
    if (!card) continue;
    const text = valueText(id), found = Page.reached.gradient.get(id);
    if (text !== null) settle(`${id}-value`, text);
    const broken = [state.values[id], state.gradients[id]].some((x) => flat(plain(x) ?? 0).some((v) => !Number.isFinite(Number(v))));
    card.classList.toggle("broken", broken);
    if (found && found.text !== null) { const g = el(`${id}-grad`); if (g) delete g.dataset.said; continue; }
    const gradient = gradientText(id), how = howText(id);
    if (gradient !== null) settle(`${id}-grad`, gradient);
    if (how !== null) settle(`${id}-how`, how);
  }
  for (const [id, x] of Object.entries(state.locals)) if (typeof x === "number") settle(`${id}-number`, numeral(x));
  for (const [id, d] of Object.entries(data.nodes)) {
    if (d.k !== "operation") continue;
    const n = id.slice(2), g = state.gradients[d.r];
    if (typeof g === "number") settle(`w-${n}-number`, numeral(g));
    d.a.forEach((a, i) => { if (flows(a)) { const x = flowing(id, i); if (typeof x === "number") settle(`w-${n}-${i}-number`, numeral(x)); } });
  }
}
Page.on("picture", paint);
Page.on("step", paint);
// Sentences, cards and the panel of what is chosen.
Page.on("live", () => Page.go(Page.step));
