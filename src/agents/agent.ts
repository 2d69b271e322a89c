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
  /** Tokens an answer may have. */
  maxTokens: number;
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
