/** Every sentence about something that went wrong, keyed by code: what it is and what to do. */
import type { Fault } from '../transitions/types';

const SENTENCES: Record<string, (detail: string) => string> = {
  'no-webgpu': () =>
    'This browser offers no WebGPU, which WebLLM needs. Choose wllama as the engine: it runs on the CPU.',
  'load-failed': (detail) =>
    `The model could not be loaded (${detail}). Check the connection and try again.`,
  integrity: (detail) =>
    `A file of the model is damaged (${detail}). It was not used; reload the page and try again.`,
  cancelled: () => 'The load was cancelled. Nothing was changed.',
  'device-lost': (detail) =>
    `The graphics device was lost (${detail}). Nothing counted is lost: press Go on to load the model again.`,
  'out-of-memory': (detail) =>
    `There was not enough memory for the model (${detail}). Close other tabs, or choose wllama, and press Go on.`,
  'prompt-too-long': (detail) =>
    `A prompt is longer than the model's context (${detail}). Choose another agent or model.`,
  'not-supported': (detail) => `This engine cannot do that (${detail}).`,
  'engine-error': (detail) =>
    `The engine stopped with an error (${detail}). Nothing counted is lost: press Go on, or choose the other engine.`,
  storage: (detail) =>
    `The browser could not store the log (${detail}). The walk is paused; what was counted is kept. Free some space and press Go on.`,
  'no-storage': (detail) =>
    `This browser offers the page no storage (${detail}), so a walk could not be kept. Private windows often forbid it: use an ordinary one.`,
  'other-tab': () =>
    'This walk is under way in another tab. Continue there, or close that tab and press Go on.',
  'model-changed': () =>
    'The model on this page is not the one this log was sampled from, so the walk cannot go on. Start a new walk.',
  'no-such-run': () => 'There is no walk with this address in this browser.',
  'no-data': (detail) =>
    `The bundled data could not be fetched (${detail}). Reload the page; a file of yours can be opened all the same.`,
  'no-such-data': () => 'There is no data set with this address.',
  'nothing-to-compare': (detail) =>
    `There is nothing named ${detail} among the data sets and the walks of this browser. Choose from the list.`,
  analysis: (detail) =>
    `The analysis stopped with an error (${detail}). The log is kept: export it, and tell us.`,
};

/** The fault of a code, with its sentence. Unknown codes show the detail itself. */
export function fault(code: string, detail = ''): Fault {
  return { code, message: SENTENCES[code]?.(detail) ?? detail };
}

const REASONS: Record<string, string> = {
  empty: 'no answer',
  'not-a-word': 'not a single word',
  'not-in-topic': 'not a word of the topic',
  'wrong-sum': 'letters do not add to 100',
  'same-state': 'the same word again',
  invalid: 'marked invalid',
};

/** Why an attempt was rejected, in words. */
export function reasonText(reason: string): string {
  return REASONS[reason] ?? reason;
}
