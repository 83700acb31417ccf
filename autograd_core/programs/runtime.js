// What the programs need and JavaScript does not have. Only what a program calls is copied into it.
// Every function begins with the word "function" at the start of a line; comments have lines of their own.
// `at` gives the k-th number of a line of n.

// ---- inputs ----------------------------------------------------------------------------------------------

function given(inputs, name, n) {
  const x = inputs[name];
  if (x === undefined || x === null) throw new TypeError("no value for " + name);
  if (n < 0) return Number(x);
  const a = Float64Array.from(Array.isArray(x) ? x.flat(Infinity) : x.length === undefined ? [x] : x, Number);
  if (a.length !== n) throw new RangeError(name + " takes " + n + " numbers, got " + a.length);
  return a;
}

function picked(i, n) {
  if (!(i >= -n && i < n)) throw new RangeError("no number " + i + " among " + n);
  return i < 0 ? i + n : i;
}

// ---- integers --------------------------------------------------------------------------------------------

// integers have one zero
function whole(x) {
  const r = Math.trunc(x) + 0;
  if (!Number.isSafeInteger(r)) throw new RangeError("no exact integer: " + x);
  return r;
}
function wrapped(x, bits, signed) {
  const size = 2 ** bits, r = ((whole(x) % size) + size) % size;
  return signed && r >= size / 2 ? r - size : r;
}
function bits(x, y, f) {
  return Number(BigInt.asIntN(64, f(BigInt(x), BigInt(y))));
}
function ones(x) {
  let n = 0;
  for (let b = BigInt(Math.abs(x)); b; b >>= 1n) n += Number(b & 1n);
  return n;
}
function gcd(x, y) {
  x = Math.abs(x);
  y = Math.abs(y);
  while (y) [x, y] = [y, x % y];
  return x;
}

// ---- numbers ---------------------------------------------------------------------------------------------

function isNegative(x) {
  return x < 0 || Object.is(x, -0);
}
function copysign(x, y) {
  return isNegative(y) ? -Math.abs(x) : Math.abs(x);
}
// Math.pow has NaN where C has 1
function power(x, y) {
  return x === 1 || (x === -1 && (y === Infinity || y === -Infinity)) ? 1 : Math.pow(x, y);
}
// halves go to the even neighbour
function rint(x) {
  const f = Math.floor(x), d = x - f;
  return copysign(d < 0.5 || (d === 0.5 && f % 2 === 0) || !Number.isFinite(x) ? f : f + 1, x);
}
function fraction(x) {
  return Number.isNaN(x) ? x : copysign(Number.isFinite(x) ? x - Math.trunc(x) : 0, x);
}
// the sign of a remainder is that of y
function remainder(x, y) {
  const m = x % y;
  return !y || m !== m ? m : m === 0 ? copysign(0, y) : y < 0 !== m < 0 ? m + y : m;
}
function quotient(x, y) {
  if (!y) return x / y;
  const m = x % y, d = (x - m) / y - (m !== 0 && y < 0 !== m < 0 ? 1 : 0), f = Math.floor(d);
  return d === 0 ? copysign(0, x / y) : d - f > 0.5 ? f + 1 : f;
}
function heaviside(x, y) {
  return x === 0 ? y : x < 0 ? 0 : x > 0 ? 1 : x;
}
function share(better, x, y) {
  return x !== x ? (y !== y ? 0.5 : 1) : better ? 1 : x === y ? 0.5 : 0;
}
function exponent(x) {
  if (x === 0 || !Number.isFinite(x)) return 0;
  const a = Math.abs(x);
  let e = Math.floor(Math.log2(a)) + 1;
  while (a / 2 ** e >= 1) e++;
  while (a / 2 ** (e - 1) < 1) e--;
  return e;
}
function ldexp(x, y) {
  const h = Math.trunc(Math.max(-2200, Math.min(2200, y)) / 3), r = Math.max(-2200, Math.min(2200, y)) - 2 * h;
  return x * 2 ** h * 2 ** h * 2 ** r;
}
function logaddexp(x, y) {
  if (x === y) return x + Math.LN2;
  const d = x - y;
  return d > 0 ? x + Math.log1p(Math.exp(-d)) : d <= 0 ? y + Math.log1p(Math.exp(d)) : d;
}
function logaddexp2(x, y) {
  if (x === y) return x + 1;
  const d = x - y;
  return d > 0 ? x + Math.log1p(2 ** -d) * Math.LOG2E : d <= 0 ? y + Math.log1p(2 ** d) * Math.LOG2E : d;
}
function sigmoid(x) {
  const e = Math.exp(-Math.abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

// ---- special functions -----------------------------------------------------------------------------------

function horner(x, coefficients) {
  let s = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) s = s * x + coefficients[k];
  return s;
}
// erfc of x >= 0; e^(-x^2) is split at sixteenths, whose squares are exact
// (W. J. Cody, Rational Chebyshev approximations for the error function, Math. Comp. 23, 1969)
function tail(x) {
  x = Math.min(x, 28);
  const h = Math.round(16 * x) / 16;
  const t = 2 * x / (x + 3.75);
  return Math.exp(-h * h) * Math.exp((h - x) * (h + x)) * ((1 + t * horner(t - 1, TAIL)) / (1 + 2 * x));
}
function erf(x) {
  return Math.abs(x) < 1 ? x * horner(x * x, NEAR) : copysign(1 - tail(Math.abs(x)), x);
}
function erfc(x) {
  return x < 0 ? 2 - tail(-x) : tail(x);
}
// the n-th derivative of I0, which is 1/pi times the integral of cos(t)^n e^(x cos t) over [0, pi]: by the
// midpoint rule of m points, which is exact up to the Bessel function of order 4m
function bessel(x, n) {
  if (x !== x) return x;
  const m = Math.trunc(6 + n / 4 + Math.sqrt(5 * Math.min(Math.abs(x), 720)));
  let s = 0;
  for (let k = 0; k < m; k++) {
    const c = Math.cos(((k + 0.5) * Math.PI) / (2 * m));
    s += c ** n * (n % 2 ? Math.sinh(c * x) : Math.cosh(c * x));
  }
  return s / m;
}
// the n-th derivative of sin(pi x)/(pi x), which is the integral of (pi t)^n cos(pi x t + n pi/2) over [0, 1]:
// by a power series, or by a recurrence that forgets errors where n < |pi x|
function sinc(x, n) {
  const u = Math.PI * x;
  const turned = (k) => [Math.cos(u), -Math.sin(u), -Math.cos(u), Math.sin(u)][k % 4];
  let f = 0;
  if (Math.abs(u) < Math.max(n, 2)) {
    for (let m = n % 2, p = m ? u : 1; m < 80; p *= (u * u) / ((m + 1) * (m + 2)), m += 2)
      f += (((n + m) / 2) % 2 ? -p : p) / (n + m + 1);
  } else {
    f = Math.sin(u) / u;
    for (let k = 1; k <= n; k++) f = (turned(k - 1) - k * f) / u;
  }
  return Math.PI ** n * f;
}

// ---- one number of a line --------------------------------------------------------------------------------

function total(n, at) {
  let s = 0;
  for (let k = 0; k < n; k++) s += at(k);
  return s;
}
function product(n, at) {
  let s = 1;
  for (let k = 0; k < n; k++) s *= at(k);
  return s;
}
function largest(n, at) {
  let s = -Infinity;
  for (let k = 0; k < n; k++) s = Math.max(s, at(k));
  return s;
}
function smallest(n, at) {
  return -largest(n, (k) => -at(k));
}
// NaN only if there is nothing else
function largestKnown(n, at) {
  let s = at(0);
  for (let k = 1; k < n; k++) s = s !== s || at(k) > s ? at(k) : s;
  return s;
}
function smallestKnown(n, at) {
  return -largestKnown(n, (k) => -at(k));
}
function every(n, at) {
  for (let k = 0; k < n; k++) if (at(k) === 0) return 0;
  return 1;
}
function some(n, at) {
  return 1 - every(n, (k) => +(at(k) === 0));
}
function mean(n, at) {
  return total(n, at) / n;
}
function variance(n, at, ddof) {
  const m = mean(n, at), left = n - ddof;
  return total(n, (k) => (at(k) - m) ** 2) / (left > 0 ? left : 0);
}
// where squares leave the range of numbers, the deviations are scaled by a power of two first
function deviation(n, at, ddof) {
  const z = Math.sqrt(variance(n, at, ddof)), m = mean(n, at);
  if ((z > 1.6e-145 && z < 1.2e145) || !n || n <= ddof) return z;
  const unit = largest(n, (k) => Math.abs(at(k) - m));
  if (!(unit > 0 && unit < Infinity)) return z;
  const e = 2 ** Math.min(1000, exponent(unit));
  return e * Math.sqrt(total(n, (k) => ((at(k) - m) / e) ** 2) / (n - ddof));
}
function varied(n, at) {
  return +(n > 0 && largest(n, at) !== smallest(n, at));
}
function norm(n, at, p) {
  const size = (k) => Math.abs(at(k));
  const powers = (unit) => (p === 2 ? Math.sqrt(total(n, (k) => (size(k) / unit) ** 2))
    : power(total(n, (k) => power(size(k) / unit, p)), 1 / p)) * unit;
  const z = powers(1), s = power(z, Math.abs(p));
  if (s > 1.1e-292 && s < Infinity) return z;
  const most = p > 0 ? Math.max(0, largest(n, size)) : smallest(n, size);
  return powers(most > 0 && most < Infinity ? most : 1);
}
// what 1 is added to, beside the largest number
function others(n, at, top) {
  let s = -1;
  let c = 0;
  for (let k = 0; k < n; k++) {
    const e = Math.exp(at(k) - top);
    if (s < 0 && e === 1) s = 0;
    else c += e;
  }
  return s < 0 ? c - 1 : c;
}
function logsumexp(n, at) {
  const top = largest(n, at);
  return Number.isFinite(top) ? top + Math.log1p(others(n, at, top)) : top;
}
// of several NaN the first one is the largest, and the smallest
function argmax(n, at) {
  let s = 0;
  for (let k = 1; k < n; k++) if (at(s) === at(s) && (at(k) > at(s) || at(k) !== at(k))) s = k;
  return s;
}
function argmin(n, at) {
  return argmax(n, (k) => -at(k));
}
// NaN is sorted last
function below(x, y) {
  return x < y || (y !== y && x === x);
}
function searchsorted(n, at, y, right) {
  let low = 0, high = n;
  while (low < high) {
    const k = (low + high) >> 1;
    if (right ? !below(y, at(k)) : below(at(k), y)) low = k + 1;
    else high = k;
  }
  return low;
}

// ---- a line of a line ------------------------------------------------------------------------------------

function softmax(n, at) {
  const top = largest(n, at), e = Array.from({ length: n }, (_, k) => Math.exp(at(k) - top));
  const s = total(n, (k) => e[k]);
  return e.map((x) => x / s);
}
function logSoftmax(n, at) {
  const top = largest(n, at), s = Math.log1p(others(n, at, top));
  return Array.from({ length: n }, (_, k) => at(k) - top - s);
}
// softmax, and its limits: numbers that are infinite share 1 evenly, and if all are -Infinity each gets 0
function shares(n, at) {
  const top = largest(n, at);
  if (Number.isFinite(top)) return softmax(n, at);
  const c = total(n, (k) => +(at(k) === top));
  return Array.from({ length: n }, (_, k) => (top !== top ? top : top > 0 && at(k) === top ? 1 / c : 0));
}
function cumsum(n, at) {
  let s = 0;
  return Array.from({ length: n }, (_, k) => (s += at(k)));
}
function before(n, at) {
  let s = 1;
  return Array.from({ length: n }, (_, k) => (k ? (s *= at(k - 1)) : 1));
}
// z0 = x0, and z(k + 1) = x(k + 1) + y(k) z(k)
function linked(n, at, link) {
  let s = 0;
  return Array.from({ length: n }, (_, k) => (s = at(k) + (k ? link(k - 1) * s : 0)));
}
function winners(n, at, z) {
  const hit = (k) => +(at(k) === z(k) || (at(k) !== at(k) && z(k) !== z(k)));
  const c = total(n, hit);
  return Array.from({ length: n }, (_, k) => hit(k) / c);
}
function argsort(n, at) {
  const order = Array.from({ length: n }, (_, k) => k);
  return order.sort((a, b) => (below(at(a), at(b)) ? -1 : below(at(b), at(a)) ? 1 : a - b));
}
function standing(n, at, m, places, skip) {
  const order = argsort(n, at), last = order[n - 1];
  const broken = !skip && n > 0 && at(last) !== at(last);
  return Array.from({ length: m }, (_, k) => (broken ? last : order[places(k) < 0 ? places(k) + n : places(k)]));
}
function unwrap(n, at, discont, period) {
  let s = 0;
  return Array.from({ length: n }, (_, k) => {
    if (!k) return at(0);
    const d = at(k) - at(k - 1);
    let m = remainder(d + period / 2, period) - period / 2;
    if (m === -period / 2 && d > 0) m = period / 2;
    s += Math.abs(d) < discont ? 0 : m - d;
    return at(k) + s;
  });
}

// ---- matrices, as flat arrays of their rows --------------------------------------------------------------

// rows exchanged so that the largest number of a column divides
function factors(n, at) {
  const a = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => at(i * n + j)));
  const order = a.map((_, i) => i);
  let sign = 1;
  for (let c = 0; c < n; c++) {
    let best = c;
    for (let i = c + 1; i < n; i++) if (Math.abs(a[i][c]) > Math.abs(a[best][c])) best = i;
    if (best !== c) {
      [a[c], a[best]] = [a[best], a[c]];
      [order[c], order[best]] = [order[best], order[c]];
      sign = -sign;
    }
    if (a[c][c] === 0) continue;
    for (let i = c + 1; i < n; i++) {
      a[i][c] /= a[c][c];
      for (let j = c + 1; j < n; j++) a[i][j] -= a[i][c] * a[c][j];
    }
  }
  return { a, order, sign };
}
function determinant(n, at) {
  const { a, sign } = factors(n, at);
  return sign * product(n, (i) => a[i][i]);
}
function slogdet(n, at) {
  const { a, sign } = factors(n, at);
  return [sign * product(n, (i) => Math.sign(a[i][i])), total(n, (i) => Math.log(Math.abs(a[i][i])))];
}
function solved(n, at, m, right) {
  const { a, order } = factors(n, at);
  const z = order.map((row) => Array.from({ length: m }, (_, j) => right(row * m + j)));
  if (a.some((row, i) => row[i] === 0)) throw new RangeError("a matrix is singular");
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < n; i++) for (let k = 0; k < i; k++) z[i][j] -= a[i][k] * z[k][j];
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) z[i][j] -= a[i][k] * z[k][j];
      z[i][j] /= a[i][i];
    }
  }
  return z.flat();
}
function inverse(n, at) {
  return solved(n, at, n, (k) => +(k % (n + 1) === 0));
}
function cholesky(n, at) {
  const z = new Array(n * n).fill(0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const s = at(i * n + j) - total(j, (k) => z[i * n + k] * z[j * n + k]);
      if (i === j && !(s > 0)) throw new RangeError("a matrix is not positive definite");
      z[i * n + j] = i === j ? Math.sqrt(s) : s / z[j * n + j];
    }
  }
  return z;
}
// the determinant without some rows and columns
function minor(n, at, rows, columns) {
  const rest = (gone) => Array.from({ length: n }, (_, i) => i).filter((i) => !gone.includes(i));
  const r = rest(rows), c = rest(columns), m = r.length;
  return determinant(m, (k) => at(r[Math.floor(k / m)] * n + c[k % m]));
}
function cofactors(n, at) {
  return Array.from({ length: n * n }, (_, k) => {
    const i = Math.floor(k / n), j = k % n;
    return ((i + j) % 2 ? -1 : 1) * minor(n, at, [i], [j]);
  });
}
function cofactorSlope(n, at, y) {
  return Array.from({ length: n * n }, (_, at0) => {
    const i = Math.floor(at0 / n), j = at0 % n;
    let s = 0;
    for (let k = 0; k < n; k++) {
      for (let l = 0; l < n; l++) {
        if (k === i || l === j) continue;
        const turns = i + j + k + l + (k > i) + (l > j);
        s += (turns % 2 ? -1 : 1) * minor(n, at, [i, k], [j, l]) * y(k * n + l);
      }
    }
    return s;
  });
}
// 1/2 where the two triangles agree to a thousandth of the largest number, else the triangle that is read
function halves(n, at, upper) {
  const turned = (k) => (k % n) * n + Math.floor(k / n);
  const gap = Math.max(0, largest(n * n, (k) => Math.abs(at(k) - at(turned(k)))));
  const size = Math.max(0, largest(n * n, (k) => Math.abs(at(k))));
  return Array.from({ length: n * n }, (_, k) => {
    const side = upper ? (k % n) - Math.floor(k / n) : Math.floor(k / n) - (k % n);
    return gap * 1000 <= size || side === 0 ? 0.5 : side > 0 ? 1 : 0;
  });
}
function symmetric(n, at, upper) {
  const w = halves(n, at, upper), y = w.map((h, k) => (h > 0 ? at(k) * h : 0));
  return y.map((v, k) => v + y[(k % n) * n + Math.floor(k / n)]);
}

// ---- finite differences ----------------------------------------------------------------------------------

// central differences of f by the input `name`, which has n numbers, or is one if n < 0
function difference(f, inputs, name, n, step) {
  const slope = (x, put) => {
    const h = step * Math.max(1, Math.abs(x)), up = x + h, down = x - h;
    return (f(put(up)) - f(put(down))) / (up - down);
  };
  const x = given(inputs, name, n);
  if (n < 0) return slope(x, (v) => ({ ...inputs, [name]: v }));
  return Array.from(x, (at, k) => slope(at, (v) => ({ ...inputs, [name]: Array.from(x, (old, i) => (i === k ? v : old)) })));
}
