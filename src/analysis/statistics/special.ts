/** The special functions of the tests: gamma, chi-squared, noncentral chi-squared, normal quantile. */

const halfLogTwoPi = 0.9189385332046727;

/** Stirling's error ln Γ(a) - [(a - 1/2) ln a - a + ln sqrt(2 pi)], a >= 10. */
function stirlingError(a: number): number {
  const s = 1 / (a * a);
  return (
    (1 / 12 -
      s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - (s * 691) / 360360))))) /
    a
  );
}

/** ln Γ(a) for a > 0, by Stirling's series after shifting a to 10 or more. */
export function logGamma(a: number): number {
  let shift = 0;
  let x = a;
  while (x < 10) {
    shift += Math.log(x);
    x++;
  }
  return (x - 0.5) * Math.log(x) - x + halfLogTwoPi + stirlingError(x) - shift;
}

/** ln(1 + u) - u without cancellation near 0. */
function log1pMinus(u: number): number {
  if (Math.abs(u) > 0.1) return Math.log1p(u) - u;
  let sum = 0;
  let power = u;
  for (let k = 2; k < 40; k++) {
    power *= -u;
    const term = power / k;
    sum += term;
    if (Math.abs(term) < 1e-18 * Math.abs(sum)) break;
  }
  return sum;
}

/** ln of x^a e^-x / Γ(a + 1), x > 0, a > 0. */
function logDensity(a: number, x: number): number {
  if (a < 10) return a * Math.log(x) - x - logGamma(a + 1);
  return a * log1pMinus((x - a) / a) - halfLogTwoPi - 0.5 * Math.log(a) - stirlingError(a);
}

/** Lower regularised gamma P(a, x) by its series; for x < a + 1. */
function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 1e6; k++) {
    term *= x / (a + k);
    sum += term;
    if (term < 1e-17 * sum) break;
  }
  return Math.exp(logDensity(a, x)) * sum;
}

/** ln Q(a, x) by Lentz's continued fraction; for x >= a + 1. */
function logUpperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let k = 1; k < 1e6; k++) {
    const an = -k * (k - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    const change = c * d;
    h *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return logDensity(a, x) + Math.log(a) + Math.log(h);
}

/** P(X >= x) for X chi-squared with k degrees of freedom, k > 0. NaN for NaN. */
export function chi2Survival(x: number, k: number): number {
  if (!(x > 0)) return Number.isNaN(x) ? NaN : 1;
  if (x === Infinity) return 0;
  const a = k / 2;
  const y = x / 2;
  if (y < a + 1) return Math.max(0, 1 - lowerSeries(a, y));
  return Math.min(1, Math.exp(logUpperFraction(a, y)));
}

/** P(X <= x) for X chi-squared with k degrees of freedom. */
export function chi2Distribution(x: number, k: number): number {
  if (!(x > 0)) return Number.isNaN(x) ? NaN : 0;
  const a = k / 2;
  const y = x / 2;
  if (y < a + 1) return Math.min(1, lowerSeries(a, y));
  return 1 - Math.exp(logUpperFraction(a, y));
}

/** The x with P(X <= x) = p for X chi-squared with k degrees of freedom, 0 < p < 1. */
export function chi2Quantile(p: number, k: number): number {
  // Wilson and Hilferty (1931), then bisection on a bracket: both tails keep their accuracy.
  const z = normalQuantile(p);
  const guess = k * (1 - 2 / (9 * k) + z * Math.sqrt(2 / (9 * k))) ** 3;
  const above = (x: number) =>
    p < 0.5 ? chi2Distribution(x, k) >= p : chi2Survival(x, k) <= 1 - p;
  let high = Math.max(guess, 1e-8);
  while (!above(high)) high *= 2;
  let low = high / 2;
  while (low > 1e-300 && above(low)) low /= 2;
  for (let i = 0; i < 200 && high - low > 1e-15 * high; i++) {
    const middle = (low + high) / 2;
    if (above(middle)) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** P(X >= x) for X noncentral chi-squared, k degrees of freedom, noncentrality lambda >= 0. */
export function noncentralChi2Survival(x: number, k: number, lambda: number): number {
  if (lambda <= 0) return chi2Survival(x, k);
  // Poisson mixture over j; Q(a + 1, y) = Q(a, y) + y^a e^-y / Γ(a + 1), only positive terms.
  const half = lambda / 2;
  const first = Math.max(0, Math.floor(half - 12 * Math.sqrt(half + 1) - 12));
  const last = Math.ceil(half + 14 * Math.sqrt(half + 1) + 30);
  const y = x / 2;
  let survival = chi2Survival(x, k + 2 * first);
  let sum = 0;
  for (let j = first; j <= last; j++) {
    const weight = Math.exp(j * Math.log(half) - half - logGamma(j + 1));
    sum += weight * Math.min(1, survival);
    survival += Math.exp(logDensity(k / 2 + j, y));
  }
  return Math.min(1, sum);
}

/**
 * The noncentrality at which a chi-squared test with k degrees of freedom and the given level rejects
 * with the given power (method.md 5.5: lambda_80).
 */
export function noncentralityForPower(k: number, level = 0.05, power = 0.8): number {
  const critical = chi2Quantile(1 - level, k);
  let high = 10;
  while (noncentralChi2Survival(critical, k, high) < power) high *= 2;
  let low = 0;
  for (let i = 0; i < 100 && high - low > 1e-12 * high; i++) {
    const middle = (low + high) / 2;
    if (noncentralChi2Survival(critical, k, middle) < power) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Quantile of the standard normal, 0 < p < 1 (Wichura 1988, algorithm AS 241, 16 digits). */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(central[0]!, r)) / polynomial(central[1]!, r);
  }
  const tail = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const [up, down] = tail <= 5 ? middleTail : farTail;
  const r = tail <= 5 ? tail - 1.6 : tail - 5;
  const value = polynomial(up!, r) / polynomial(down!, r);
  return q < 0 ? -value : value;
}

function polynomial(coefficients: number[], x: number): number {
  let value = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) value = value * x + coefficients[i]!;
  return value;
}

const central = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946,
    45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597,
    39307.89580009271, 28729.085735721943, 5226.495278852546,
  ],
];
const middleTail = [
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045,
    1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008,
    0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9,
  ],
];
const farTail = [
  [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
    0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
];
