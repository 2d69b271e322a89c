/**
 * Writes src/models/catalogue/webllm-models.json from the list of the installed WebLLM:
 * `npx tsx scripts/catalogue.ts`; with `--check` it only says whether the file is up to date.
 */
import { ModelType, modelVersion, prebuiltAppConfig, type ModelRecord } from '@mlc-ai/web-llm';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const FILE = fileURLToPath(new URL('../src/models/catalogue/webllm-models.json', import.meta.url));

export interface WebLLMModels {
  /** The version of WebLLM's model libraries. */
  libraries: string;
  models: { base: string; quantisation: string; record: ModelRecord }[];
  leftOut: { id: string; reason: string }[];
}

/** Models that go on with a text; nobody trained them to answer. */
const BASE_MODELS = /-Base-|^phi-2-|^phi-1_5-/;

/** Why a record is no instruct model that the page can load, or null. */
function reasonToLeaveOut(record: ModelRecord): string | null {
  if (record.model_type === ModelType.embedding)
    return 'makes vectors of texts and answers nothing';
  if (record.model_type === ModelType.VLM) return 'made for questions about pictures';
  if (BASE_MODELS.test(record.model_id)) return 'goes on with a text; not trained to answer';
  return null;
}

/** `Llama-3.2-1B-Instruct-q4f16_1-MLC-1k` is `Llama-3.2-1B-Instruct` in `q4f16_1`. */
function readId(id: string): { base: string; quantisation: string } {
  const parts = /^(.+)-(q\df(?:16|32)(?:_\d)?)-MLC(?:-1k)?$/.exec(id);
  if (!parts) throw new Error(`${id}: the name does not say which quantisation it is`);
  return { base: parts[1]!, quantisation: parts[2]! };
}

/** The catalogue's data as a list of WebLLM's records gives it. */
export function webllmModels(records: readonly ModelRecord[]): WebLLMModels {
  const result: WebLLMModels = { libraries: modelVersion, models: [], leftOut: [] };
  for (const record of records) {
    const reason = reasonToLeaveOut(record);
    if (reason !== null) result.leftOut.push({ id: record.model_id, reason });
    else result.models.push({ ...readId(record.model_id), record });
  }
  return result;
}

/** The file's text for the installed WebLLM. */
export async function catalogueText(
  records: readonly ModelRecord[] = prebuiltAppConfig.model_list,
): Promise<string> {
  const style = await resolveConfig(FILE);
  return format(JSON.stringify(webllmModels(records)), { ...style, parser: 'json' });
}

/** Whether the committed file is what the installed WebLLM gives. */
export async function isUpToDate(records?: readonly ModelRecord[]): Promise<boolean> {
  return existsSync(FILE) && readFileSync(FILE, 'utf8') === (await catalogueText(records));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes('--check')) writeFileSync(FILE, await catalogueText());
  else if (!(await isUpToDate())) {
    console.error(
      'webllm-models.json is not what the installed WebLLM lists: npx tsx scripts/catalogue.ts',
    );
    process.exitCode = 1;
  }
}
