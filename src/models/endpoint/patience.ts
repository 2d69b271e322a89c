/** How often and after what waits a request that failed is made again, and when that ends. */
import { fault } from '../fault';
import type { ModelFault, ModelOutcome } from '../language-model';
import type { Reply } from './request';

export interface PatienceSettings {
  /** Requests for one answer, at most. */
  tries: number;
  /** After this many, the end comes where the server answered nobody meanwhile. */
  triesOfTheDead: number;
  /** Milliseconds of the first wait; doubled every time. */
  firstWait: number;
  longestWait: number;
  /** A uniform number in [0, 1). */
  random: () => number;
}

const STANDARD: PatienceSettings = {
  tries: 20,
  triesOfTheDead: 6,
  firstWait: 500,
  longestWait: 20_000,
  random: Math.random,
};

/** Garbage once is a hiccup of something in between; three times it is what the server says. */
const GARBLED_TRIES = 3;
/** A server that asks to wait for longer than this is not waited for. */
const LONGEST_ASKED = 120_000;

/** True of a reply that another try may better. */
function isPassing(reply: Reply): boolean {
  if (reply.kind === 'status')
    return (
      [408, 409, 425, 429].includes(reply.status) || (reply.status >= 500 && reply.status !== 501)
    );
  return reply.kind === 'silent' || reply.kind === 'late' || reply.kind === 'garbled';
}

/** One patience a server: what one request learns of it counts for the others. */
export class Patience {
  private readonly settings: PatienceSettings;
  private answers = 0;

  constructor(settings: Partial<PatienceSettings> = {}) {
    this.settings = { ...STANDARD, ...settings };
  }

  /**
   * Makes a request until it is answered, refused, or given up.
   * @param fatal the fault of a reply that is no use repeating
   * @returns the JSON of the answer; `busy` (429, 5xx, too slow), `unreachable`, `bad-answer` after the
   *   last try; `cancelled` as soon as the signal fires; else what `fatal` says
   */
  async insist(
    ask: () => Promise<Reply>,
    fatal: (reply: Reply) => ModelFault,
    signal: AbortSignal,
  ): Promise<ModelOutcome<unknown>> {
    const { tries, triesOfTheDead } = this.settings;
    const before = this.answers;
    let garbled = 0;
    for (let made = 1; ; made++) {
      const reply = await ask();
      if (signal.aborted || reply.kind === 'stopped') return fault('cancelled', 'stopped');
      if (reply.kind === 'json') {
        this.answers++;
        return { ok: true, value: reply.value };
      }
      if (!isPassing(reply)) return { ok: false, fault: fatal(reply) };
      if (reply.kind === 'garbled') garbled++;
      const wait = this.wait(made, reply);
      const dead = made >= triesOfTheDead && this.answers === before;
      if (made >= tries || dead || garbled >= GARBLED_TRIES || wait > LONGEST_ASKED)
        return { ok: false, fault: givenUp(reply, made, wait) };
      await pause(wait, signal);
    }
  }

  /**
   * Milliseconds until the next try: doubling, with a random half, so that those who failed together
   * do not come back together. What the server asks for is the least.
   */
  private wait(made: number, reply: Reply): number {
    const { firstWait, longestWait, random } = this.settings;
    const whole = Math.min(longestWait, firstWait * 2 ** (made - 1));
    const own = (whole * (1 + random())) / 2;
    const asked = reply.kind === 'status' ? reply.wait : null;
    return asked === null ? own : asked + own;
  }
}

function givenUp(reply: Reply, made: number, wait: number): ModelFault {
  const times = made === 1 ? 'once' : `${made} times`;
  if (reply.kind === 'silent') return { code: 'unreachable', detail: reply.said };
  if (reply.kind === 'garbled')
    return { code: 'bad-answer', detail: reply.said === '' ? 'an empty answer' : reply.said };
  if (reply.kind === 'status') {
    const asked = wait > LONGEST_ASKED ? `, and asks to wait ${Math.round(wait / 1000)} s` : '';
    const said = reply.said === '' ? '' : `: ${reply.said}`;
    return { code: 'busy', detail: `asked ${times}, it answers ${reply.status}${asked}${said}` };
  }
  return { code: 'busy', detail: `asked ${times}, it gave no answer in time` };
}

/** Waits, or less where the signal fires. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
