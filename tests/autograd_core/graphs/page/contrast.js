() => { const out = [];
const lum = (c) => { const [r, g, b] = c.map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
  return .2126 * r + .7152 * g + .0722 * b; };
const parse = (s) => { const m = s.match(/[\d.]+/g); return m && s !== 'none' ? m.map(Number) : null; };
const ratio = (a, b) => { const [x, y] = [lum(a), lum(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
const seen = (e) => { for (let n = e; n && n.nodeType === 1; n = n.parentElement) { const s = getComputedStyle(n);
  if (s.visibility === 'hidden' || s.display === 'none' || Number(s.opacity) < 1) return false; } return true; };
const behind = (e) => { for (let n = e; n; n = n.parentElement) { const c = parse(getComputedStyle(n).backgroundColor);
  if (c && (c.length < 4 || c[3] > .99)) return c.slice(0, 3); } return [255, 255, 255]; };
const filled = (e) => { const node = e.closest('g.node');
  const shapes = node ? [...node.querySelectorAll('path,ellipse')] : [];
  for (const s of shapes) { const c = parse(getComputedStyle(s).fill); if (c) return c; }
  const r = e.getBoundingClientRect(), x = r.x + r.width / 2, y = r.y + r.height / 2; let found = null;
  if (!node) for (const s of document.querySelectorAll('#stage .cluster > path, #stage .cluster > polygon')) {
    const b = s.getBoundingClientRect();
    if (x > b.left && x < b.right && y > b.top && y < b.bottom) found = parse(getComputedStyle(s).fill) || found; }
  return found || behind(document.getElementById('stage')); };
let count = 0;
const look = (e, colour, ground) => { count++; const k = ratio(colour.slice(0, 3), ground);
  if (k < 4.5) out.push([e.textContent.slice(0, 30), k, colour, ground]); };
for (const t of document.querySelectorAll('#stage text, #stage tspan')) {
  const own = [...t.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  if (own && seen(t)) look(t, parse(getComputedStyle(t).fill), filled(t)); }
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) { const e = walk.currentNode.parentElement;
  if (!walk.currentNode.textContent.trim() || e.closest('script,#stage,:disabled') || !seen(e)) continue;
  look(e, parse(getComputedStyle(e).color), behind(e)); }
return [count, out]; }
