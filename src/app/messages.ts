/** Every sentence about something that went wrong, keyed by code: what it is and what to do. */
import type { ModelFault } from '../models/language-model';
import type { Fault } from '../transitions/types';

type Sentence = (detail: string) => string;

/** What an engine or a server may answer instead of a value: every code of the contract has its sentence. */
const OF_MODELS: Record<ModelFault['code'], Sentence> = {
  'no-webgpu': () =>
    'This browser offers no WebGPU, which WebLLM needs. The pocket model and GGUF files run on the CPU with wllama; an endpoint runs elsewhere.',
  'no-f16': (detail) =>
    `This graphics adapter lacks 16-bit floats (shader-f16), which the model needs${said(detail)}. Nothing was downloaded: choose a variant with q4f32 or q0f32 in its name.`,
  'load-failed': (detail) =>
    `The model could not be loaded${said(detail)}. Check the connection and try again; what arrived is kept.`,
  offline: (detail) =>
    `There is no connection, and the model is not wholly in this browser yet${said(detail)}. Go online and try again, or choose a cached model.`,
  integrity: (detail) =>
    `A file of the model is damaged or is not the one expected${said(detail)}. It was not used and not kept: delete it and download it again.`,
  'wrong-version': (detail) =>
    `The model's library was built for another version of WebLLM${said(detail)}. Take a library of the version that this page uses, or choose another model.`,
  quota: (detail) =>
    `The browser grants this page too little storage for the model${said(detail)}. Delete models that you do not need, or choose a smaller one.`,
  cancelled: () =>
    'The load was cancelled. What was downloaded is kept, and the next load goes on from there.',
  'device-lost': (detail) =>
    `The graphics device was lost${said(detail)}. Nothing counted is lost: the model is loaded again and the walk goes on from the log.`,
  'out-of-memory': (detail) =>
    `There was not enough memory for the model${said(detail)}. Nothing counted is lost: close other tabs and load again, or choose a smaller model.`,
  'prompt-too-long': (detail) =>
    `A prompt is longer than the model's context${said(detail)}. Choose another agent or model.`,
  'not-supported': (detail) =>
    `This engine cannot do that${said(detail)}. Choose another engine or model.`,
  'bad-address': (detail) =>
    `Prompts cannot be sent to this address${said(detail)}. Correct it and connect again.`,
  unreachable: (detail) =>
    `The server could not be reached${said(detail)}. Nothing counted is lost: see that it runs and lets this page read its answers, then try again.`,
  refused: (detail) =>
    `The server refused the request${said(detail)}. Nothing counted is lost: check the key, the model's name and the address.`,
  busy: (detail) =>
    `The server stayed busy or failing after every new attempt${said(detail)}. Nothing counted is lost: wait a little and go on, or ask for fewer answers at once.`,
  'bad-answer': (detail) =>
    `The server answered with something that is no answer of the OpenAI protocol${said(detail)}. Nothing of it was counted: check the address and the kind of API.`,
  'engine-error': (detail) =>
    `The engine stopped with an error${said(detail)}. Nothing counted is lost: load the model again and go on.`,
};

const OF_THE_PAGE: Record<string, Sentence> = {
  'no-model': (detail) =>
    `The model${detail ? ` ${detail}` : ''} is not known to this browser: it may have been deleted, or added in another one. Add it again, or choose another.`,
  'choose-files': (detail) =>
    `The files of ${detail || 'this model'} are on your disk, and a page has to be given them anew in each visit. Choose them again under Models, or keep a copy in this browser.`,
  'no-endpoint': (detail) =>
    `No server is connected${said(detail)}. Connect to it under Models; the key is never part of a log or an address.`,
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

const SENTENCES: Readonly<Record<string, Sentence>> = { ...OF_THE_PAGE, ...OF_MODELS };

/** What an engine said, in brackets; nothing where it said nothing. */
function said(detail: string): string {
  const words = detail.trim().replace(/\.$/, '');
  return words === '' ? '' : ` (${words})`;
}

/** The fault of a code, with its sentence. Unknown codes show the detail itself. */
export function fault(code: string, detail = ''): Fault {
  const sentence = Object.hasOwn(SENTENCES, code) ? SENTENCES[code] : undefined;
  return { code, message: sentence?.(detail) ?? detail };
}

/** A way on from a fault that a button offers. */
export type WayOn = 'again' | 'wllama' | 'fresh' | 'models';

const WAYS: Readonly<Record<string, readonly WayOn[]>> = {
  'no-webgpu': ['wllama', 'models'],
  'no-f16': ['models'],
  'load-failed': ['again', 'models'],
  offline: ['again', 'models'],
  integrity: ['fresh', 'models'],
  'wrong-version': ['models'],
  quota: ['models'],
  cancelled: ['again'],
  'device-lost': ['again'],
  'out-of-memory': ['again', 'models'],
  'prompt-too-long': ['models'],
  'not-supported': ['models'],
  'bad-address': ['models'],
  unreachable: ['again', 'models'],
  refused: ['again', 'models'],
  busy: ['again', 'models'],
  'bad-answer': ['again', 'models'],
  'engine-error': ['again', 'models'],
  'no-model': ['models'],
  'choose-files': ['models'],
  'no-endpoint': ['models'],
};

/** The buttons beside the sentence of a fault. */
export function waysOn(code: string): readonly WayOn[] {
  return Object.hasOwn(WAYS, code) ? WAYS[code]! : [];
}

const REASONS: Record<string, string> = {
  empty: 'no answer',
  'not-a-word': 'not a single word',
  'not-in-topic': 'not a word of the topic',
  'wrong-sum': 'letters do not add to 100',
  'same-state': 'the same word again',
  invalid: 'marked invalid',
  'no-end': 'the answer did not end',
  'not-an-option': 'none of the options',
};

/** Why an attempt was rejected, in words. */
export function reasonText(reason: string): string {
  return REASONS[reason] ?? reason;
}
