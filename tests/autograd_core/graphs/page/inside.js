() => { const out = [];
for (const node of document.querySelectorAll('#stage g.node')) {
  const shape = [...node.querySelectorAll('path,ellipse,polygon')].map(s => s.getBoundingClientRect())
    .sort((a, b) => b.width - a.width)[0];
  for (const t of node.querySelectorAll('text')) {
    const r = t.getBoundingClientRect();
    if (r.width && (r.left < shape.left - 1 || r.right > shape.right + 1 || r.top < shape.top - 3 ||
        r.bottom > shape.bottom + 3)) out.push([node.id, t.textContent, r.right - shape.right]);
  } }
return out; }
