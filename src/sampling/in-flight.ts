/**
 * Many attempts under way at once, for a model that takes many: a server. They are asked, numbered
 * and recorded in one order, whatever the order in which their answers arrive. Recording in order of
 * arrival would favour short answers: at every stop the long ones would be those thrown away.
 */
import { stream } from '../models/draw';
import type { ModelOutcome } from '../models/language-model';
import type { Answer, Ask } from './ask';
import { BATCH_MS, type Recorder } from './recorder';
import type { SamplingEnd, SamplingSettings } from './sample';
import type { WalkState } from './walk-state';

/** An attempt that was asked and not yet recorded. */
interface Asked {
  from: string;
  /** What came of it, and the milliseconds that it took. */
  outcome: Promise<{ answer: ModelOutcome<Answer>; ms: number }>;
}

/**
 * How many attempts the asking is ahead of the recording, at most: one that is slow holds up what is
 * recorded, and this much goes on meanwhile.
 */
export function lead(parallel: number): number {
  return parallel > 1 ? 2 * parallel : 1;
}

/**
 * Samples with up to `parallel` requests under way. The source of attempt i is drawn from the states
 * seen in the attempts before i - lead + 1, which are recorded when it is asked; so sources depend on
 * the answers alone, never on when they arrived or on where the run was paused. A stop drops what is
 * not recorded: going on asks it anew, with the same number, source and seed.
 * @returns how the run ended; a fault ends it after everything before it was written
 */
export async function sampleInFlight(
  ask: Ask,
  parallel: number,
  settings: SamplingSettings,
  state: WalkState,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<SamplingEnd> {
  const { agent, parameters } = settings;
  const ahead = lead(settings.parallel ?? parallel);
  const asked: Asked[] = [];
  const dropping = new AbortController();
  const drop = () => dropping.abort();
  signal.addEventListener('abort', drop, { once: true });
  let next = state.next;
  let underWay = 0;
  let failed = false;

  const askOne = (i: number): Asked => {
    const uniform = stream(settings.seed, i);
    const from = state.source(settings.source, uniform, i - ahead + 1);
    const begun = performance.now();
    underWay++;
    const outcome = ask(agent.prompt(from, parameters), uniform, dropping.signal)
      .then((answer) => ({ answer, ms: performance.now() - begun }))
      .finally(() => underWay--);
    outcome.then(
      ({ answer }) => {
        failed ||= !answer.ok;
        askMore();
      },
      () => (failed = true),
    );
    return { from, outcome };
  };
  const askMore = () => {
    while (underWay < parallel && !failed && !signal.aborted && next < settings.attempts) {
      if (next >= state.next + ahead) return;
      asked.push(askOne(next++));
    }
  };

  try {
    while (state.next < settings.attempts && !signal.aborted) {
      askMore();
      const first = asked.shift()!;
      // What is recorded does not wait long for what is not.
      if (recorder.pending && (await silent(first.outcome, BATCH_MS))) {
        const unwritten = await recorder.write();
        if (unwritten) return unwritten;
      }
      const { answer, ms } = await first.outcome;
      if (!answer.ok) {
        const unwritten = await recorder.write();
        if (unwritten) return unwritten;
        if (signal.aborted) return { kind: 'stopped' };
        return { kind: 'model-fault', fault: answer.fault };
      }
      recorder.record(first.from, answer.value, ms);
      if (recorder.due) {
        const unwritten = await recorder.write();
        if (unwritten) return unwritten;
      }
    }
    return (await recorder.write()) ?? { kind: signal.aborted ? 'stopped' : 'complete' };
  } finally {
    signal.removeEventListener('abort', drop);
    drop();
  }
}

/** True where a promise is not settled after this many milliseconds. */
async function silent(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), ms);
  });
  const settled = promise.then(
    () => false,
    () => false,
  );
  const answer = await Promise.race([settled, late]);
  clearTimeout(timer);
  return answer;
}
