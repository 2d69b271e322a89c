// Compares the tokenizer fixture with llama.cpp's own tokenization of the GGUF, through node-llama-cpp.
// node-llama-cpp is no dependency of the project: install 3.22 and its binary package for your platform in a
// folder outside it, and give that folder: node scripts/pocket/check_tokens.mjs FOLDER
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = resolve(process.argv[2]);
const entry = pathToFileURL(`${folder}/node_modules/node-llama-cpp/dist/index.js`).href;
const { getLlama, LlamaLogLevel } = await import(entry);
const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
const modelPath = resolve('public/models/pocket/gguf/pocket-f16.gguf');
const model = await llama.loadModel({ modelPath, vocabOnly: true });
const cases = JSON.parse(readFileSync('test/fixtures/pocket/tokenizer.json', 'utf8'));
const different = cases.filter(({ text, ids }) => {
  const found = [...model.tokenize(text, false)];
  return found.join() !== ids.join();
});
for (const { text, ids } of different.slice(0, 8)) {
  console.log(JSON.stringify(text), ids.join(), '|', [...model.tokenize(text, false)].join());
}
console.log(`${cases.length - different.length} of ${cases.length} strings tokenized alike`);
process.exitCode = different.length ? 1 : 0;
