/** How an instruct model's answer of one word is read: without the dress it comes in. */

/** What may stand round a word: space, quotation marks, emphasis, brackets, full stops and the like. */
const DRESS = String.raw`[\s"'\`“”„‘’«»*_()[\].,;:!?…–-]`;
const ROUND = new RegExp(`^${DRESS}+|${DRESS}+$`, 'g');

/**
 * The word of an answer: `"Star."` is `star`. What stands round it is taken off; nothing is picked out of a
 * sentence, as its first word is seldom the answer.
 * @returns the rest in lower case, whatever it is: the caller judges it
 */
export function bareWord(answer: string): string {
  return answer.replace(ROUND, '').toLowerCase();
}
