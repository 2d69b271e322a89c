/** Paces and waits in words, as a person reads them beside a download. */
import { bytesInWords } from '../../models/files/storage';

/** Seconds as a person waits for them: never more exact than a pace allows. */
export function waitText(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  if (seconds < 10) return 'a few seconds';
  if (seconds < 90) return `${Math.round(seconds / 5) * 5} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} minutes`;
  return `${(minutes / 60).toFixed(minutes < 600 ? 1 : 0)} hours`;
}

/** Parameters of a model: 135 M, 1.2 B. */
export function parametersText(count: number): string {
  if (count >= 999.5e6) return `${(count / 1e9).toFixed(count < 9.95e9 ? 1 : 0)} B`;
  return `${(count / 1e6).toFixed(count < 9.95e6 ? 1 : 0)} M`;
}

/** How a download stands: bytes of bytes, pace, time left, each where it is known. */
export function downloadText(bytes: {
  done: number;
  total: number | null;
  perSecond: number | null;
}): string {
  const { done, total, perSecond } = bytes;
  const parts = [
    total === null ? bytesInWords(done) : `${bytesInWords(done)} of ${bytesInWords(total)}`,
  ];
  if (perSecond !== null && perSecond > 0) {
    parts.push(`${bytesInWords(perSecond)} a second`);
    if (total !== null && total > done) parts.push(`${waitText((total - done) / perSecond)} left`);
  }
  return parts.join(', ');
}
