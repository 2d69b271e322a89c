/** The worker that stores a model's files without loading the model: only workers may append to files on disk. */
import { reportForeignRequests } from '../../rpc/foreign-requests';
import { closeGate, openGateTo } from '../../rpc/outbound-gate';
import { serve } from '../../rpc/rpc';
import { fault } from '../fault';
import { gatherWebLLM } from '../webllm/webllm-files';
import { gatherGguf } from '../wllama/wllama-files';
import type { FilesMethods } from './files-methods';

function sizeOf(files: Iterable<Blob>): number {
  let bytes = 0;
  for (const { size } of files) bytes += size;
  return bytes;
}

closeGate();
reportForeignRequests();
serve<FilesMethods>(self as unknown as Parameters<typeof serve>[0], {
  async store({ engine, source, origins }, { progress: onProgress, signal }) {
    openGateTo(origins);
    const options = { onProgress, signal, mustStore: true };
    if (engine === 'wllama') {
      if (!source.gguf) return fault('load-failed', `the model ${source.id} has no GGUF file`);
      const file = await gatherGguf(source, options);
      if (!file.ok) return file;
      const { blob, hashes } = file.value;
      return { ok: true, value: { bytes: blob.size, hashes } };
    }
    if (!source.webllm) return fault('load-failed', `the model ${source.id} is none for WebLLM`);
    const files = await gatherWebLLM(source, options);
    if (!files.ok) return files;
    const { folder, library, hashes } = files.value;
    return { ok: true, value: { bytes: sizeOf([...folder.values(), library]), hashes } };
  },
});
