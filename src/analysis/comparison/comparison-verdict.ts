/** The verdict on a comparison: sentences a person can repeat, never stronger than the numbers. */
import type {
  ComparedExperiment,
  ComparisonVerdict,
  OverallComparison,
  PairComparison,
} from './comparison-result';
import { pInWords, short } from '../verdict';

/** The level of the tests. */
const level = 0.05;

/** A smallest detectable difference beyond this (a factor of ten) and "not told apart" says nothing. */
const blind = Math.log(10);

const assumed =
  ' Both tests take the attempts as independent and each experiment as one unchanging kernel.';

/** The verdict at the 5% level: on the one pair, or on all pairs with their adjusted p-values. */
export function comparisonVerdict(
  experiments: readonly ComparedExperiment[],
  pairs: readonly PairComparison[],
  overall?: OverallComparison,
): ComparisonVerdict {
  if (!overall) return pairVerdict(experiments, pairs[0]!);
  const names = ({ experiments: [i, j] }: PairComparison) =>
    `${experiments[i]!.name} against ${experiments[j]!.name}`;
  const rejected = (p: number | null) => p !== null && p <= level;
  const apart = pairs.filter(({ potentials }) => rejected(potentials.pAdjusted));
  const moved = pairs.filter(({ kernels }) => rejected(kernels.pAdjusted));
  const tested = pairs.filter(({ potentials }) => potentials.p !== null);
  const told = `${pairs.length} pairs of experiments`;
  if (tested.length === 0 && pairs.every(({ kernels }) => kernels.p === null))
    return {
      code: 'too-few-counts',
      text: `Nothing is concluded: none of the ${told} could be tested.`,
    };
  let text =
    apart.length > 0
      ? `Of ${told}, ${apart.length} have potentials that differ at the 5% level after Holm's adjustment: ${listed(apart.map(names))}.`
      : `None of ${told} has potentials that can be told apart at the 5% level after Holm's adjustment.`;
  if (tested.length < pairs.length) text += ` ${pairs.length - tested.length} could not be tested.`;
  const all = overall.potentials;
  if (all.p !== null)
    text += ` All potentials at once, on ${overall.common} common states: W = ${short(all.statistic!)} at ${all.ndf} degrees of freedom, ${pInWords(all.p)}${all.p <= level ? ': they are not all equal' : ''}.`;
  const blindest = Math.max(...tested.map(({ potentials }) => potentials.detectable ?? Infinity));
  if (tested.length > apart.length && Number.isFinite(blindest))
    text += ` In every pair tested a difference of ${short(blindest)} nats in a typical state would have been seen four times out of five, before the adjustment.`;
  text +=
    moved.length > 0
      ? ` Their kernels differ in ${moved.length} of the pairs: ${listed(moved.map(names))}.`
      : ' No pair of kernels that could be tested can be told apart.';
  const differs = apart.length > 0 || rejected(all.p);
  const code = differs
    ? 'potentials-differ'
    : moved.length > 0
      ? 'kernels-differ'
      : 'not-told-apart';
  return { code, text: text + assumed };
}

function pairVerdict(
  experiments: readonly ComparedExperiment[],
  pair: PairComparison,
): ComparisonVerdict {
  const { potentials, kernels, common } = pair;
  const [one, two] = pair.experiments.map((e) => experiments[e]!.name) as [string, string];
  const kernelNumbers = `chi2 = ${kernels.chi2 === null ? '' : short(kernels.chi2)} at ${kernels.ndf}, ${kernels.p === null ? '' : pInWords(kernels.p)}`;
  const kernelsDiffer = kernels.p !== null && kernels.p <= level;
  const first = kernels.largest[0];
  const where = first?.standsOut ? `, most of all when they leave ${first.source}` : '';
  if (potentials.p === null || potentials.statistic === null) {
    const reason = potentials.why?.['p'] ?? 'there is no valid p-value.';
    const kernelsToo = kernelsDiffer
      ? ` Their kernels differ (${kernelNumbers})${where}.${assumed}`
      : kernels.p === null
        ? ''
        : ` Their kernels cannot be told apart (${kernelNumbers}).`;
    return {
      code: kernelsDiffer ? 'kernels-differ' : 'too-few-counts',
      text: `Nothing is concluded about the potentials: ${lower(reason)}${kernelsToo}`,
    };
  }
  const numbers = `W = ${short(potentials.statistic)} at ${potentials.ndf} degrees of freedom, ${pInWords(potentials.p)}`;
  const alike = likeness(pair);
  if (potentials.p <= level) {
    const apart = pair.states
      .filter(({ standsOut }) => standsOut)
      .sort((a, b) => Math.abs(b.standardised!) - Math.abs(a.standardised!))
      .slice(0, 5)
      .map(
        ({ state, difference }) =>
          `${state} (${short(Math.abs(difference))} nats ${difference > 0 ? 'higher' : 'lower'})`,
      );
    const size =
      potentials.difference !== null && potentials.difference > 0
        ? ` A typical one of their ${common} common states is ${short(potentials.difference)} nats apart, a factor of ${short(Math.exp(potentials.difference))}.`
        : '';
    const most =
      apart.length > 0
        ? ` Most of all, in ${two}: ${listed(apart)}.`
        : ' No single state stands out.';
    return {
      code: 'potentials-differ',
      text: `The potentials of ${one} and ${two} differ at the 5% level (${numbers}).${size}${most}${alike}${assumed}`,
    };
  }
  const { detectable } = potentials;
  const seen =
    detectable === null
      ? 'It cannot be said how large a difference would have been seen.'
      : `A difference of ${short(detectable)} nats in a typical state would have been seen four times out of five; a smaller one may be there.`;
  const weak = detectable === null || detectable > blind;
  const moves = kernelsDiffer
    ? ` Their kernels differ all the same (${kernelNumbers})${where}: they move differently over what may be one landscape.`
    : kernels.p === null
      ? ''
      : ` Nor can their kernels (${kernelNumbers}).`;
  const text = `The potentials of ${one} and ${two} cannot be told apart on their ${common} common states (${numbers}).${moves} ${seen}${alike}${assumed}`;
  if (kernelsDiffer) return { code: 'kernels-differ', text };
  return weak
    ? { code: 'too-few-counts', text: `There are too few counts to tell. ${text}` }
    : { code: 'not-told-apart', text };
}

function likeness({ correlation }: PairComparison): string {
  const { value, interval } = correlation.pearson;
  if (value === null) return '';
  const seen = ` They correlate with r = ${short(value)}`;
  if (!interval || correlation.corrected === null) return `${seen}.`;
  return `${seen}, without the noise of the counts ${short(correlation.corrected)} (95% interval ${short(interval[0])} to ${short(interval[1])}).`;
}

function listed(names: string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]!}`;
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
