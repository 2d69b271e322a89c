/** A model behind a server that speaks OpenAI's protocol. The server draws; we give it the seed. */
import { fault } from '../fault';
import type {
  Completion,
  CompletionOptions,
  EndpointAddress,
  LanguageModel,
  ModelAbilities,
  ModelFault,
  ModelInfo,
  ModelOutcome,
} from '../language-model';
import type { Server } from './address';
import { readAnswer } from './answer';
import { leaveOut, requestBody, type Optional } from './body';
import type { OfferedModel } from './models';
import { Patience, type PatienceSettings } from './patience';
import { refusal } from './refusal';
import { request, type Reply } from './request';

/** What a test may set. */
export interface Tuning {
  patience?: Partial<PatienceSettings>;
  /** Connections that the surroundings open to one server. */
  connections?: number;
}

const TIME_LIMIT = 60_000;
/** What every browser opens to a server over HTTP/1.1, which is all there is without TLS. */
const CONNECTIONS = 6;
/** A key shorter than this may be a word, and an answer that holds it is no leak. */
const SECRET_LENGTH = 16;

export class EndpointModel implements LanguageModel {
  readonly can: ModelAbilities;
  readonly endTokens: readonly number[] = [];
  /** What the server was found not to take. */
  private readonly without = new Set<Optional>();
  private readonly patience: Patience;
  private readonly closing = new AbortController();
  private readonly about: Omit<ModelInfo, 'precision'>;

  /** @param server `address` as it was read: its URL and key are asked */
  constructor(
    id: string,
    private readonly server: Server,
    private readonly address: EndpointAddress,
    offered: Pick<OfferedModel, 'contextLength' | 'vocabularySize'>,
    tuning: Tuning = {},
  ) {
    this.patience = new Patience(tuning.patience);
    const connections =
      tuning.connections ?? (server.url.startsWith('http:') ? CONNECTIONS : Infinity);
    this.can = {
      distribution: false,
      tokenBias: false,
      batch: true,
      parallel: Math.max(1, Math.min(address.parallel, connections)),
      tokenize: false,
    };
    this.about = {
      engine: 'endpoint',
      id,
      hashes: {},
      vocabularySize: offered.vocabularySize,
      contextLength: offered.contextLength,
      format: address.api === 'chat' ? 'chat' : 'plain',
      backend: 'remote',
      adapter: new URL(server.url).origin,
    };
  }

  get info(): ModelInfo {
    const left = [...this.without].filter((name) => name !== 'max_tokens');
    const precision = 'as the server runs it';
    return {
      ...this.about,
      precision: left.length > 0 ? `${precision}; it takes no ${left.join(', ')}` : precision,
    };
  }

  /**
   * One answer, drawn by the server with a seed of ours.
   * @returns faults `busy`, `unreachable`, `refused`, `prompt-too-long`, `bad-answer`, `cancelled`
   */
  async complete(
    prompt: string,
    options: CompletionOptions,
    signal?: AbortSignal,
  ): Promise<ModelOutcome<Completion>> {
    const ending = new AbortController();
    const stop = () => ending.abort();
    const sources = signal ? [signal, this.closing.signal] : [this.closing.signal];
    for (const source of sources) {
      source.addEventListener('abort', stop, { once: true });
      if (source.aborted) stop();
    }
    try {
      return await this.answer(prompt, options, ending.signal);
    } finally {
      for (const source of sources) source.removeEventListener('abort', stop);
    }
  }

  private async answer(
    prompt: string,
    options: CompletionOptions,
    signal: AbortSignal,
  ): Promise<ModelOutcome<Completion>> {
    const { api } = this.address;
    const path = api === 'chat' ? '/chat/completions' : '/completions';
    for (;;) {
      const sent = new Set(this.without);
      const body = requestBody(this.address, prompt, options, sent);
      let last: Reply | null = null;
      const answer = await this.patience.insist(
        () => request(this.server, path, body, this.address.timeLimit ?? TIME_LIMIT, signal),
        (reply): ModelFault => refusal((last = reply), this.server),
        signal,
      );
      if (answer.ok) {
        const read = readAnswer(answer.value, { ...options, api });
        return read.ok && this.leaks(read.value.text) ? LEAK : read;
      }
      const wrong = wrongRequest(last);
      const left = wrong === null ? [] : leaveOut(wrong, options, sent);
      if (left.length === 0) return answer;
      for (const name of left) this.without.add(name);
    }
  }

  /** A server that repeats the key in an answer would put it into the log. */
  private leaks(text: string): boolean {
    const { key } = this.server;
    return key !== null && key.length >= SECRET_LENGTH && text.includes(key);
  }

  async distribution(): Promise<ModelOutcome<Float64Array>> {
    return fault('not-supported', 'a server does not give whole distributions');
  }

  async tokenize(): Promise<ModelOutcome<number[]>> {
    return fault('not-supported', 'a server keeps its tokenizer to itself');
  }

  async detokenize(): Promise<ModelOutcome<string>> {
    return fault('not-supported', 'a server keeps its tokenizer to itself');
  }

  /** Ends all requests that are under way. */
  async close(): Promise<void> {
    this.closing.abort();
  }
}

const LEAK = fault('bad-answer', 'the answer holds the key, and a log would then hold it too');

/** What the server said of a request that it called wrong, or null of any other reply. */
function wrongRequest(reply: Reply | null): string | null {
  return reply?.kind === 'status' && [400, 422].includes(reply.status) ? reply.said : null;
}
