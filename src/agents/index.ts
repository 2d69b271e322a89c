/** All agents. A new agent is one file and one line here. */
import type { Agent } from './agent';
import { closedChoice } from './closed-choice';
import { wordSum } from './word-sum';
import { wordWalk } from './word-walk';

export const AGENTS: readonly Agent[] = [wordWalk, wordSum, closedChoice];

/** The agent with this id, or undefined. */
export function findAgent(id: string): Agent | undefined {
  return AGENTS.find((agent) => agent.id === id);
}
