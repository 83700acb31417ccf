// Numbers as the picture writes them, the same as in Python: four significant digits, halves to even.
function signed(text) { return text.replace("-", "−"); }

// The digits of |x|, as many as asked for, and the power of ten of the first.
function digitsOf(x, count) {
  const [all, power] = Math.abs(x).toExponential(100).split("e");
  const exact = all.replace(".", "");
  const near = Math.abs(x).toExponential(count - 1).split("e");
  const half = /^50*$/.test(exact.slice(count)) && Number(exact[count - 1]) % 2 === 0;
  return half ? [exact.slice(0, count), Number(power)] : [near[0].replace(".", ""), Number(near[1])];
}

function evened(x) {
  const a = Math.abs(x), f = Math.floor(a), d = a - f;
  return Math.sign(x) * (d > 0.5 || (d === 0.5 && f % 2) ? f + 1 : f);
}

function numeral(x, digits = 4) {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size < 1e7 && (Number.isInteger(x) || size >= 10 ** digits)) return signed(String(evened(x)));
  const [found, power] = digitsOf(x, digits), sign = x < 0 ? "−" : "";
  if (power < -4 || power >= digits) {
    const rest = found.slice(1).replace(/0+$/, "");
    return `${sign}${found[0]}${rest ? `.${rest}` : ""}e${signed(String(power))}`;
  }
  const text = power < 0 ? `0.${"0".repeat(-power - 1)}${found}` : `${found.slice(0, power + 1)}.${found.slice(power + 1)}`;
  return sign + text.replace(/0+$/, "").replace(/\.$/, "");
}

// A size in two digits, with its power of ten.
function magnitude(x) {
  if (!Number.isFinite(x) || x === 0) return numeral(x);
  const [found, power] = digitsOf(x, 2);
  return `${found[0]}.${found[1]}${power ? `e${signed(String(power))}` : ""}`;
}
