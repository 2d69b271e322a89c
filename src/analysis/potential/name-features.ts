/** Features that the names of states hold by themselves, where the names are words. */
import type { FeatureTable } from '../../transitions/features-csv';

/** A feature of a word: its name, and its number. */
interface NameFeature {
  name: string;
  of(word: string): number;
}

const vowels = new Set('AEIOU');

const nameFeature: NameFeature[] = [
  { name: 'letters', of: (word) => word.length },
  {
    name: 'alphabet sum',
    of: (word) => lettersOf(word).reduce((sum, letter) => sum + letter.charCodeAt(0) - 64, 0),
  },
  {
    name: 'share of vowels',
    of: (word) => lettersOf(word).filter((letter) => vowels.has(letter)).length / word.length,
  },
];

/**
 * Letters in the word, the sum of their places in the alphabet (A = 1 to Z = 26) and the share of
 * vowels (A, E, I, O, U), in either case; those that do not vary are left out. Null where a name holds
 * anything but the letters A to Z, or nothing varies. O(letters).
 */
export function nameFeatures(states: string[]): FeatureTable | null {
  if (!states.every((state) => /^[A-Za-z]+$/.test(state))) return null;
  const found = nameFeature
    .map(({ name, of }) => ({ name, values: states.map(of) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
  if (found.length === 0) return null;
  return {
    names: found.map(({ name }) => name),
    states,
    values: Float64Array.from(states.flatMap((_, f) => found.map(({ values }) => values[f]!))),
  };
}

/** The table with these of its features only, in their order. */
export function withFeatures(table: FeatureTable, chosen: string[]): FeatureTable {
  const kept = [...table.names.keys()].filter((i) => chosen.includes(table.names[i]!));
  const k = table.names.length;
  return {
    names: kept.map((i) => table.names[i]!),
    states: table.states,
    values: Float64Array.from(
      table.states.flatMap((_, f) => kept.map((i) => table.values[f * k + i]!)),
    ),
  };
}

function lettersOf(word: string): string[] {
  return Array.from(word.toUpperCase());
}
