/** The breaking server as a test in the browser sees it: a site of its own, with the pocket model on it. */
import { expect, inject } from 'vitest';
import type { Answered, Mischief } from '../../helpers/mischief';
import reference from '../../fixtures/pocket/distributions.json';
import referenceUrl from '../../fixtures/pocket/distributions.f32?url';
import type { FilesMethods } from '../../../src/models/files/files-methods';
import { listKept } from '../../../src/models/files/kept-models';
import type { LanguageModel, ModelOutcome, ModelSource } from '../../../src/models/language-model';
import { connect } from '../../../src/rpc/rpc';

export const SERVER = inject('fileServer');
export const SHARD = 'params_shard_0.bin';
export const SHARD_BYTES = 7_045_120;
export const GGUF_BYTES = 3_076_000;

/** What the pocket model's card says of its files: SHA-256 by file name. */
export async function cardHashes(): Promise<Record<string, string>> {
  const { files } = (await (await fetch('/models/pocket/card.json')).json()) as {
    files: Record<string, { sha256: string }>;
  };
  return Object.fromEntries(
    Object.entries(files).map(([path, { sha256 }]) => [path.split('/').pop()!, sha256]),
  );
}

/** A site of the breaking server for one test, and the pocket model on it as somebody's own. */
export class Site {
  // new each time: what this browser remembers of one test's files is not to reach another
  readonly name = `site-${crypto.randomUUID()}`;

  get webllm(): ModelSource {
    const at = `${SERVER}${this.name}/webllm/`;
    return {
      ...{ id: `webllm-${this.name}`, format: 'plain', hashes: {} },
      webllm: { model: `${at}resolve/main/`, library: `${at}pocket-webgpu.wasm` },
    };
  }

  get gguf(): ModelSource {
    const url = `${SERVER}${this.name}/gguf/pocket-f16.gguf`;
    return { id: `gguf-${this.name}`, format: 'plain', gguf: { url }, hashes: {} };
  }

  /** Sets what goes wrong from now on, and forgets the requests so far. */
  async mischief(mischief: Mischief): Promise<void> {
    const body = JSON.stringify(mischief);
    await fetch(`${SERVER}control/${this.name}`, { method: 'PUT', body });
  }

  /** Requests for files whose path holds `match`, since the last mischief. */
  async requests(match = ''): Promise<Answered[]> {
    const answered = (await (await fetch(`${SERVER}control/${this.name}`)).json()) as Answered[];
    return answered.filter(({ path }) => path.includes(match));
  }
}

export function valueOf<T>(outcome: ModelOutcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.fault.code}: ${outcome.fault.detail}`);
  return outcome.value;
}

/** One request: for what was not here yet, to the byte. */
export function expectRest(requests: Answered[], size: number, atLeast: number): void {
  expect(requests).toHaveLength(1);
  const { status, range, bytes } = requests[0]!;
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]);
  expect(start).toBeGreaterThanOrEqual(atLeast);
  expect({ status, bytes }).toEqual({ status: 206, bytes: size - start });
}

export async function keptBytes(id: string): Promise<number> {
  return (await listKept()).find((model) => model.id === id)?.bytes ?? 0;
}

/** The model's answer to a prompt is that of the training framework: these are the right weights. */
export async function expectRightWeights(
  model: Pick<LanguageModel, 'distribution'>,
): Promise<void> {
  const expected = new Float32Array(await (await fetch(referenceUrl)).arrayBuffer());
  const answer = valueOf(await model.distribution(reference.prompts[0]!.text, []));
  let distance = 0;
  answer.forEach((log, k) => (distance += Math.abs(Math.exp(log) - expected[k]!) / 2));
  expect(distance).toBeLessThan(0.005);
}

/** The worker that stores files, where a test can kill it. */
export function filesWorker() {
  const worker = new Worker(new URL('../../../src/models/files/files.worker.ts', import.meta.url), {
    type: 'module',
  });
  return { worker, port: connect<FilesMethods>(worker) };
}

export function storing(engine: 'webllm' | 'wllama', source: ModelSource) {
  return { engine, source, origins: [new URL(SERVER).origin] };
}
