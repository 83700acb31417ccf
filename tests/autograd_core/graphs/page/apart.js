() => { const out = [], all = [...document.querySelectorAll('#stage g.node')];
const box = (n) => { const r = n.querySelector('path,ellipse,polygon').getBoundingClientRect(); return r; };
for (let i = 0; i < all.length; i++) for (let j = 0; j < i; j++) {
  const a = box(all[i]), b = box(all[j]);
  if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
    out.push([all[i].id, all[j].id]); }
return out; }
