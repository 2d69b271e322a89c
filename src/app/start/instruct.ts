/** What suits a model that answers instructions, where a set-up still asks as one asks the pocket model. */
import { findAgent } from '../../agents';
import type { SetUp } from '../router';

export interface Advice {
  /** A sentence. */
  words: string;
  /** What the button says that takes the advice. */
  button: string;
  setUp: SetUp;
}

/** Values of an agent's `wording` that are written for instruct models. */
const FOR_INSTRUCT = ['instruction', 'published'];

/** The same agent in words for an instruct model; null where it asks so already, or knows no other. */
export function suitedToInstruct(setUp: SetUp): Advice | null {
  const agent = findAgent(setUp.agent);
  const wording = agent?.parameters.find(({ id }) => id === 'wording');
  const option = wording?.options.find(({ value }) => FOR_INSTRUCT.includes(value));
  const now = setUp.parameters['wording'] ?? wording?.default;
  if (!agent || !option || now === option.value) return null;
  return {
    words: `${agent.name} has a wording for such models.`,
    button: `Use the wording “${option.label}”`,
    setUp: { ...setUp, parameters: { ...setUp.parameters, wording: option.value } },
  };
}
