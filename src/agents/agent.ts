/** What an agent is: a prompt template, a parser with a validity check, initial states. No I/O. */

/** One setting of an agent that a person can choose. */
export interface AgentParameter {
  id: string;
  label: string;
  options: readonly { value: string; label: string; hint?: string }[];
  default: string;
}

export type AgentParameters = Readonly<Record<string, string>>;

/** An answer as a state, or why it is not one. */
export type Parsed = { ok: true; state: string } | { ok: false; reason: string };

export interface Agent {
  id: string;
  name: string;
  /** One sentence for the page. */
  description: string;
  parameters: readonly AgentParameter[];
  /** The full prompt template; `{state}` stands for the source. */
  template(parameters: AgentParameters): string;
  /** States the walk may start from. */
  initialStates(parameters: AgentParameters): readonly string[];
  /** The prompt that asks to leave `state`. */
  prompt(state: string, parameters: AgentParameters): string;
  /** Reads the model's answer to `prompt(state)`. */
  parse(answer: string, state: string, parameters: AgentParameters): Parsed;
  /** The answer ends before the first of these. */
  stop: readonly string[];
  /** Tokens an answer may have; one that goes on is cut off and rejected (`no-end`). */
  maxTokens: number;
  /** The limit with these parameters, where it is not just `maxTokens`. */
  limit?(parameters: AgentParameters): AnswerLimit;
}

/** What all prompts of an agent begin with: its template up to the state. */
export function sharedBeginning(agent: Agent, parameters: AgentParameters): string {
  return agent.template(parameters).split('{state}', 1)[0]!;
}

/** How long an answer may be. */
export interface AnswerLimit {
  maxTokens: number;
  /** Every answer has exactly `maxTokens` tokens (one-token labels): reaching the limit is its end. */
  fixed: boolean;
}

/** The limit of an agent's answers with these parameters. */
export function answerLimit(agent: Agent, parameters: AgentParameters): AnswerLimit {
  return agent.limit?.(parameters) ?? { maxTokens: agent.maxTokens, fixed: false };
}

/**
 * A model's answer to `prompt(state)` as a state or a rejection. One that was cut off by the limit of
 * tokens never ended and is `no-end`, whatever it begins with, unless all answers have that length.
 */
export function readAnswer(
  agent: Agent,
  parameters: AgentParameters,
  state: string,
  answer: { text: string; finish: 'stop' | 'length' },
): Parsed {
  if (answer.finish === 'length' && !answerLimit(agent, parameters).fixed)
    return { ok: false, reason: 'no-end' };
  return agent.parse(answer.text, state, parameters);
}

/**
 * The parameters of an agent from unchecked text (an address, a file, a command line).
 * @returns every parameter once; unknown values fall back to the default and are named in `refused`
 */
export function readParameters(
  agent: Agent,
  given: Readonly<Record<string, string | undefined>>,
): { parameters: AgentParameters; refused: string[] } {
  const refused: string[] = [];
  const entries = agent.parameters.map(({ id, options, default: standard }) => {
    const value = given[id];
    if (value === undefined || options.some((option) => option.value === value))
      return [id, value ?? standard] as const;
    refused.push(
      `${id} must be one of ${options.map((option) => option.value).join(', ')}, not ${value}`,
    );
    return [id, standard] as const;
  });
  for (const id of Object.keys(given))
    if (!agent.parameters.some((parameter) => parameter.id === id))
      refused.push(`${agent.id} has no parameter ${id}`);
  return { parameters: Object.fromEntries(entries), refused };
}
