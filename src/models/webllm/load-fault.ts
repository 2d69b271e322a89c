/** What an error of WebLLM while it loads a model means. */
import { fault } from '../fault';
import type { ModelFault } from '../language-model';

/** Functions that this WebLLM asks its libraries for, and one of another version lacks or has otherwise. */
const OTHER_VERSION =
  /exports\.\w+ is not a function|Cannot find .* in exports|Cannot find (global )?function|required VM function|PackedFunc|mismatch|undefined symbol/i;

/**
 * @param error what `MLCEngine.reload` threw
 * @param seen what the device reported meanwhile: it goes first
 * @returns faults `no-webgpu`, `no-f16`, `integrity`, `wrong-version`, `out-of-memory`, `device-lost`,
 *   `load-failed`
 */
export function loadFault(
  error: unknown,
  seen: ModelFault | null,
): { ok: false; fault: ModelFault } {
  if (seen) return { ok: false, fault: seen };
  const name = error instanceof Error ? error.name : '';
  const text = `${name}: ${error instanceof Error ? error.message : String(error)}`;
  if (name === 'ShaderF16SupportError') return fault('no-f16', 'shader-f16');
  if (/WebGPUNot|compatible GPU|Cannot find WebGPU/.test(text)) return fault('no-webgpu', error);
  if (name === 'DeviceLostError') return fault('device-lost', error);
  if (/out of memory|allocation failed|could not allocate|exceeds the max buffer size/i.test(text))
    return fault('out-of-memory', error);
  // its imports are those of another run-time
  if (name === 'LinkError' || OTHER_VERSION.test(text)) return fault('wrong-version', error);
  if (name === 'CompileError') return fault('integrity', 'the library is damaged');
  return fault('load-failed', error);
}
