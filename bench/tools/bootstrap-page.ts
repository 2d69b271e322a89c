/** The browser's side of bench/bootstrap.ts: replicas on WebGPU, timed in the page. */
import type { BootstrapProblem } from '../../src/analysis/balance/bootstrap-null';
import { Bootstrap } from '../../src/gpu/bootstrap';
import { adapterName, openGpu } from '../../src/gpu/device';

export interface PageRun {
  adapter: string;
  seconds: number;
  X2: number[];
}

/** Runs all replicas twice, the first time to build the pipeline; null where there is no WebGPU. */
export async function run(problem: BootstrapProblem): Promise<PageRun | null> {
  const gpu = await openGpu();
  if (!gpu.ok) return null;
  const bootstrap = await Bootstrap.create(gpu.value);
  await bootstrap.run(problem, 0, 1);
  const start = performance.now();
  const found = await bootstrap.run(problem, 0, problem.replicas);
  const seconds = (performance.now() - start) / 1000;
  gpu.value.destroy();
  if (!found.ok) throw new Error(`${found.fault.code}: ${found.fault.message}`);
  return { adapter: adapterName(gpu.value.adapter), seconds, X2: [...found.value] };
}
