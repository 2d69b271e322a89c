/** Which model the experiment command asks, and how it is brought to the page: as a person would. */
import { existsSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { POCKET } from '../src/models/catalogue';
import type { LogHeader } from '../src/transitions/types';

/** The options of `parseArgs` that name a model. */
export const MODEL_OPTIONS = {
  model: { type: 'string' },
  gguf: { type: 'string' },
  webllm: { type: 'string' },
  library: { type: 'string' },
  endpoint: { type: 'string' },
  'endpoint-model': { type: 'string' },
  parallel: { type: 'string' },
  format: { type: 'string' },
} as const;

export const MODEL_HELP = `  --model ID        ${POCKET.id} (default), or one of
    --gguf FILE                     a GGUF file on disk, through wllama
    --webllm URL --library URL      a folder of a WebLLM model and its compiled library
    --endpoint URL --endpoint-model NAME [--parallel N]
                                    a server of the OpenAI protocol; a key is taken from EQUIPOISE_KEY
  --format F        plain or chat: how prompts reach it (default: as the model suggests; chat of a server)`;

type Given = { [name in keyof typeof MODEL_OPTIONS]?: string | undefined };

export type ModelOption = { format: 'plain' | 'chat' | undefined } & (
  | { kind: 'pocket' }
  | { kind: 'gguf'; file: string }
  | { kind: 'webllm'; folder: string; library: string }
  | { kind: 'endpoint'; url: string; name: string; parallel: number }
);

/** @throws Error with a sentence about what is wrong */
export function readModelOption(given: Given): ModelOption {
  const { model, gguf, webllm, library, endpoint, format } = given;
  if ([model, gguf, webllm, endpoint].filter((one) => one !== undefined).length > 1)
    throw new Error('--model, --gguf, --webllm and --endpoint exclude each other');
  if (format !== undefined && format !== 'plain' && format !== 'chat')
    throw new Error('--format must be plain or chat');
  if (endpoint !== undefined) {
    const name = given['endpoint-model'];
    if (!name) throw new Error('--endpoint needs --endpoint-model');
    const parallel = Number(given.parallel ?? 8);
    if (!Number.isInteger(parallel) || parallel < 1 || parallel > 256)
      throw new Error('--parallel must be a whole number from 1 to 256');
    return { kind: 'endpoint', url: endpoint, name, parallel, format };
  }
  if (given.parallel !== undefined || given['endpoint-model'] !== undefined)
    throw new Error('--endpoint-model and --parallel go with --endpoint');
  if (gguf !== undefined) {
    if (!existsSync(gguf)) throw new Error(`--gguf: there is no file ${gguf}`);
    return { kind: 'gguf', file: gguf, format };
  }
  if (webllm !== undefined) {
    if (library === undefined) throw new Error('--webllm needs --library');
    return { kind: 'webllm', folder: webllm, library, format };
  }
  if (library !== undefined) throw new Error('--library goes with --webllm');
  if (model !== undefined && model !== POCKET.id)
    throw new Error(
      `--model must be ${POCKET.id}; other models are given by their files or server`,
    );
  if (format !== undefined) throw new Error(`--format does not go with the model ${POCKET.id}`);
  return { kind: 'pocket', format };
}

/** True where a log was sampled from this model, as far as its header says; the page checks the files. */
export function isModelOf({ experiment: { model } }: LogHeader, option: ModelOption): boolean {
  switch (option.kind) {
    case 'pocket':
      return model.id === POCKET.id;
    case 'gguf':
      return model.engine === 'wllama' && model.id.startsWith('own-');
    case 'webllm':
      return model.engine === 'webllm' && model.id.startsWith('own-');
    case 'endpoint':
      return (
        model.endpoint?.model === option.name &&
        URL.canParse(option.url) &&
        model.endpoint.origin === new URL(option.url).origin
      );
  }
}

/**
 * Adds the model, or connects the server, in the page's place for it.
 * @param url the page's address
 * @returns the id that the set-up's address names
 * @throws Error with the page's own sentence where it refuses
 */
export async function bringModel(page: Page, url: string, option: ModelOption): Promise<string> {
  if (option.kind === 'pocket') return POCKET.id;
  await page.goto(`${url}#/models`);
  if (option.kind === 'endpoint') return connect(page, option);
  const own = page.getByTestId('own');
  const what = option.kind === 'gguf' ? 'Add a GGUF file' : 'Add a WebLLM model';
  await own.getByText(what, { exact: true }).click();
  const form = own.getByRole('form', { name: what });
  if (option.kind === 'gguf')
    await form.getByLabel('Or a file from disk').setInputFiles(option.file);
  else {
    await form.getByLabel('Address of the folder').fill(option.folder);
    await form.getByLabel('Address of the library').fill(option.library);
  }
  if (option.format) await form.getByLabel('How it is asked').selectOption(option.format);
  await form.getByRole('button', { name: /^Add this/ }).click();
  const added = own.locator('[data-model]');
  const refused = form.getByRole('alert');
  await added.or(refused).first().waitFor({ timeout: 0 });
  if ((await refused.count()) > 0) throw new Error(await refused.innerText());
  return (await added.first().getAttribute('data-model'))!;
}

async function connect(
  page: Page,
  { url, name, parallel, format }: ModelOption & { kind: 'endpoint' },
): Promise<string> {
  const place = page.getByTestId('endpoint');
  await place.getByLabel('Address').fill(url);
  await place.getByLabel('Key', { exact: true }).fill(process.env['EQUIPOISE_KEY'] ?? '');
  await place.getByRole('button', { name: 'Connect' }).click();
  const model = place.getByLabel('Model', { exact: true });
  const refused = place.getByRole('alert');
  await model.or(refused).first().waitFor({ timeout: 0 });
  if ((await refused.count()) > 0) throw new Error(await refused.innerText());
  const names = await model.locator('option').allInnerTexts();
  if (names.length === 0) await model.fill(name);
  else if (names.includes(name)) await model.selectOption(name);
  else throw new Error(`The server has no model ${name}; it offers ${names.join(', ')}.`);
  const api = format === 'plain' ? 'completions' : 'chat';
  await place.getByLabel('Kind of API').selectOption(api);
  await place.getByLabel('Requests at once').fill(String(parallel));
  await place.getByRole('button', { name: 'Use this model' }).click();
  return 'endpoint';
}
