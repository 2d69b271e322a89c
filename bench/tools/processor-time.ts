/** Processor time of a piece of work: what other processes do beside it does not count. */

/** Mean seconds of this process's processor time over `times` runs after a first one, and the last value. */
export function processorSeconds<T>(times: number, work: () => T): { seconds: number; value: T } {
  let value = work();
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) value = work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6 / times, value };
}
