/** What a person has not come near yet is not fetched: told once, when they do, or when they print. */

/**
 * Calls `come` once, when `place` is within `margin` of the window, or before printing.
 * @returns a function that stops waiting
 */
export function whenNear(place: Element, come: () => void, margin = '600px'): () => void {
  const watch = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) arrive();
    },
    { rootMargin: margin },
  );
  const stop = () => {
    watch.disconnect();
    removeEventListener('beforeprint', arrive);
  };
  function arrive() {
    stop();
    come();
  }
  watch.observe(place);
  addEventListener('beforeprint', arrive);
  return stop;
}
