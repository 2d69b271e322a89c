/** The page's addresses: one table of what stands behind `#`, every value checked. */
import { AGENTS, findAgent } from '../agents';
import { readParameters } from '../agents/agent';

/** What a person chose for a walk; every field has a sensible default. */
export interface SetUp {
  agent: string;
  parameters: Record<string, string>;
  model: string;
  /** auto: the page chooses and says why. */
  engine: 'auto' | 'webllm' | 'wllama';
  attempts: number;
  seed: number;
  temperature: number;
  source: 'uniform' | 'chain';
}

export type Route =
  | { screen: 'home'; setUp: SetUp }
  | { screen: 'data'; id: string }
  | { screen: 'run'; id: string }
  | { screen: 'compare'; with: string[] }
  | { screen: 'models' }
  | { screen: 'help'; id: string }
  | { screen: 'reset' };

export const LIMITS = {
  attempts: { min: 1, max: 1_000_000 },
  seed: { min: 0, max: 2_147_483_647 },
  temperature: { min: 0, max: 5 },
  /** Experiments in one comparison. */
  compared: { min: 2, max: 8 },
} as const;

/** The set-up of a first visit. */
export function defaultSetUp(agentId = AGENTS[0]!.id): SetUp {
  const agent = findAgent(agentId) ?? AGENTS[0]!;
  return {
    agent: agent.id,
    parameters: { ...readParameters(agent, {}).parameters },
    model: 'pocket',
    engine: 'auto',
    attempts: 5000,
    seed: 1,
    temperature: 1,
    source: 'uniform',
  };
}

/** What a model's id can hold; whether there is such a model is found out where it is loaded. */
const MODEL_ID = /^[A-Za-z0-9][\w.:-]{0,127}$/;

/** A whole or decimal number inside its limits, or null. */
export function readNumber(
  text: string | null,
  { min, max }: { min: number; max: number },
  whole: boolean,
): number | null {
  if (text === null || !/^-?\d+(\.\d+)?$/.test(text.trim())) return null;
  const value = Number(text);
  if (value < min || value > max || (whole && !Number.isInteger(value))) return null;
  return value;
}

function readSetUp(query: URLSearchParams): SetUp {
  const setUp = defaultSetUp(query.get('agent') ?? undefined);
  const agent = findAgent(setUp.agent)!;
  const given = agent.parameters.map(({ id }) => [id, query.get(id) ?? undefined] as const);
  setUp.parameters = { ...readParameters(agent, Object.fromEntries(given)).parameters };
  const model = query.get('model') ?? '';
  if (MODEL_ID.test(model)) setUp.model = model;
  const engine = query.get('engine');
  if (engine === 'webllm' || engine === 'wllama') setUp.engine = engine;
  if (query.get('source') === 'chain') setUp.source = 'chain';
  setUp.attempts = readNumber(query.get('attempts'), LIMITS.attempts, true) ?? setUp.attempts;
  setUp.seed = readNumber(query.get('seed'), LIMITS.seed, true) ?? setUp.seed;
  setUp.temperature =
    readNumber(query.get('temperature'), LIMITS.temperature, false) ?? setUp.temperature;
  return setUp;
}

/** Ids to compare, each once; whether there is such a thing is found out where they are looked up. */
function readIds(given: readonly string[]): string[] {
  const short = given.filter((id) => id.length > 0 && id.length <= 64);
  return [...new Set(short)].slice(0, LIMITS.compared.max);
}

interface Entry {
  path: RegExp;
  parse(match: RegExpExecArray, query: URLSearchParams): Route;
}

const TABLE: readonly Entry[] = [
  { path: /^\/?$/, parse: (_, query) => ({ screen: 'home', setUp: readSetUp(query) }) },
  {
    path: /^\/data\/([a-z0-9-]{1,64})$/,
    parse: (match) => ({ screen: 'data', id: match[1]! }),
  },
  {
    path: /^\/run\/([a-zA-Z0-9-]{1,64})$/,
    parse: (match) => ({ screen: 'run', id: match[1]! }),
  },
  {
    path: /^\/compare$/,
    parse: (_, query) => ({ screen: 'compare', with: readIds(query.getAll('with')) }),
  },
  {
    path: /^\/help(?:\/([a-z0-9-]{1,64}))?$/,
    parse: (match) => ({ screen: 'help', id: match[1] ?? 'index' }),
  },
  { path: /^\/models$/, parse: () => ({ screen: 'models' }) },
  { path: /^\/reset$/, parse: () => ({ screen: 'reset' }) },
];

/** The route of an address's fragment; anything unknown is the first screen. */
export function parseRoute(fragment: string): Route {
  const [path, query] = fragment.replace(/^#/, '').split('?', 2);
  for (const entry of TABLE) {
    const match = entry.path.exec(path ?? '');
    if (match) return entry.parse(match, new URLSearchParams(query ?? ''));
  }
  return { screen: 'home', setUp: defaultSetUp() };
}

/** The fragment of a route; `parseRoute` reads it back. */
export function printRoute(route: Route): string {
  switch (route.screen) {
    case 'home': {
      const { parameters, ...rest } = route.setUp;
      const standard = defaultSetUp(rest.agent);
      const query = new URLSearchParams();
      if (rest.agent !== defaultSetUp().agent) query.set('agent', rest.agent);
      for (const [id, value] of Object.entries(parameters))
        if (value !== standard.parameters[id]) query.set(id, value);
      for (const key of ['model', 'engine', 'attempts', 'seed', 'temperature', 'source'] as const)
        if (rest[key] !== standard[key]) query.set(key, String(rest[key]));
      const text = query.toString();
      return text ? `#/?${text}` : '#/';
    }
    case 'data':
      return `#/data/${route.id}`;
    case 'run':
      return `#/run/${route.id}`;
    case 'compare': {
      const query = new URLSearchParams(route.with.map((id) => ['with', id])).toString();
      return query ? `#/compare?${query}` : '#/compare';
    }
    case 'models':
      return '#/models';
    case 'help':
      return route.id === 'index' ? '#/help' : `#/help/${route.id}`;
    case 'reset':
      return '#/reset';
  }
}
