/** How alike two potentials are: correlations with intervals, and what noise takes from them. */
import { CentredCovariance } from './comparison-covariance';
import type { Estimate } from './comparison-fit';
import { NoiseBootstrap } from './comparison-noise';
import type { Correlation, WithInterval } from './comparison-result';
import { demingSlope, isConstant, pearson, spearman } from './rank-correlation';
import type { MaybeNumber, Why } from '../result';

type Pair<T> = [T, T];

/**
 * Pearson, Spearman and the errors-in-variables slope of two estimates on the same states, each with
 * its 95% interval from `replicas` draws of the noise of both; `normals` are the two sources of
 * standard normal numbers. Yields between batches of work.
 */
export function* correlate(
  estimates: Pair<Estimate>,
  replicas: number,
  normals: Pair<() => number>,
): Generator<void, Correlation> {
  const [one, two] = estimates.map(({ V }) => V) as Pair<Float64Array>;
  const noise = estimates.map(traceOf) as Pair<MaybeNumber>;
  const reliability = estimates.map((estimate, e) =>
    reliabilityOf(estimate, noise[e]!),
  ) as Pair<MaybeNumber>;
  // Without an idea of the noise both axes count alike.
  const ratio = noise[0]! > 0 && noise[1]! > 0 ? noise[1]! / noise[0]! : 1;
  const slopeOf = (x: Float64Array, y: Float64Array) => demingSlope(x, y, ratio);
  const values = {
    pearson: pearson(one, two),
    spearman: spearman(one, two),
    slope: slopeOf(one, two),
  };
  const constant = isConstant(one) || isConstant(two);
  const whyNone = constant
    ? 'One of the two potentials is constant on the common states.'
    : intervalReason(estimates, reliability, replicas);
  const bare = (key: keyof typeof values): WithInterval => {
    const reason = whyNone ?? (values[key] === null ? 'The two do not vary together.' : oneLine);
    const value = values[key];
    return {
      value,
      interval: null,
      why: { ...(value === null ? { value: reason } : {}), interval: reason },
    };
  };
  const correlation: Correlation = {
    pearson: bare('pearson'),
    spearman: bare('spearman'),
    slope: bare('slope'),
    reliability,
    replicas: 0,
    ...corrected(values.pearson, reliability, whyNone),
  };
  if (whyNone !== null) return correlation;
  const draws = Math.min(replicas, mostDraws);
  const bootstrap = NoiseBootstrap.of(estimates, noise as Pair<number>, draws, normals);
  if (!bootstrap) return correlation;
  yield;
  correlation.replicas = draws;
  // Closer to 1 than noise would leave it: then the interval begins at what was seen.
  const [low, high] = bootstrap.pearsonInterval();
  const r = values.pearson!;
  correlation.pearson = { value: r, interval: [Math.min(low, r), Math.max(high, r)] };
  yield;
  const percentiles = bootstrap.percentiles(spearman);
  yield;
  const inverted = yield* bootstrap.inverted(spearman);
  correlation.spearman = {
    value: values.spearman,
    interval: [Math.min(percentiles[0], inverted[0]), Math.max(percentiles[1], inverted[1])],
  };
  if (values.slope !== null)
    correlation.slope = { value: values.slope, interval: bootstrap.percentiles(slopeOf) };
  return correlation;
}

/** Why there is no interval; null where there is one. */
function intervalReason(
  estimates: Pair<Estimate>,
  reliability: Pair<MaybeNumber>,
  replicas: number,
): string | null {
  const why = estimates.map((estimate) => estimate.why).find((reason) => reason !== null);
  if (why) return why;
  if (replicas < leastReplicas)
    return replicas === 0
      ? 'No draws were asked for.'
      : `Fewer than ${leastReplicas} draws were asked for.`;
  if (reliability.some((share) => share !== null && !(share > leastReliability)))
    return 'A potential has hardly any spread beyond the noise of its counts.';
  const singular = estimates.some(
    ({ V, covariance, exact }) => !exact && CentredCovariance.of(covariance!, V.length) === null,
  );
  return singular
    ? 'The noise leaves a direction without any: some rows leave nothing to chance.'
    : null;
}

const oneLine = 'The two potentials lie on one line exactly, as copies do.';

/** Fewer draws than this say nothing of a 95% interval. */
const leastReplicas = 40;
/** More draws than this make an interval no better. */
const mostDraws = 10_000;
/** Below this share of spread that is no noise there is nothing to correlate. */
const leastReliability = 0.05;

function corrected(
  r: number | null,
  [one, two]: Pair<MaybeNumber>,
  whyNone: string | null,
): Pick<Correlation, 'corrected' | 'why'> {
  const why: Why = {};
  const none = whyNone ?? 'There is no covariance to go by.';
  if (one === null || two === null) why['reliability'] = none;
  if (r === null || one === null || two === null) why['corrected'] = none;
  else if (one > 0 && two > 0)
    return { corrected: Math.max(-1, Math.min(1, r / Math.sqrt(one * two))) };
  else why['corrected'] = 'A potential has no spread beyond the noise of its counts.';
  return { corrected: null, why };
}

/** tr C, nats squared; null without a covariance. */
function traceOf({ V, covariance }: Estimate): MaybeNumber {
  if (!covariance) return null;
  let trace = 0;
  for (let i = 0; i < V.length; i++) trace += covariance[i * V.length + i]!;
  return trace;
}

/** 1 - tr C / sum V^2, at least 0: the share of the spread that is not noise. */
function reliabilityOf({ V }: Estimate, noise: MaybeNumber): MaybeNumber {
  if (noise === null || isConstant(V)) return null;
  let spread = 0;
  for (const value of V) spread += value * value;
  return Math.max(0, 1 - noise / spread);
}
