/** One writer a run: the tab that samples holds a lock of the run's name. */

/**
 * Takes the lock of a run.
 * @returns a function that gives it back; null where another tab holds it
 */
export function holdRun(id: string): Promise<(() => void) | null> {
  if (!navigator.locks) return Promise.resolve(() => undefined);
  return new Promise((resolve) => {
    void navigator.locks.request(`equipoise-run-${id}`, { ifAvailable: true }, (lock) => {
      if (!lock) {
        resolve(null);
        return undefined;
      }
      return new Promise<void>((release) => resolve(() => release()));
    });
  });
}
