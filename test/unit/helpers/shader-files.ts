/** The WGSL files of shaders/, by path from the root, for the tests that walk them (Node only). */
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../../shaders/', import.meta.url);

/** E.g. `shaders/action.wgsl`, `shaders/laplacian/sweep.wgsl`; sorted. */
export function shaderFiles(): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.wgsl'))
    .map((path) => `shaders/${path.replaceAll('\\', '/')}`)
    .sort();
}

export function shaderText(path: string): string {
  return readFileSync(new URL(`../${path}`, folder), 'utf8');
}
