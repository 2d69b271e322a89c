/** Which page of the help is open: its address lies over whatever is shown, and gives it back. */
import type { Route } from '../router';

export class Help {
  /** The open page; null while there is none. */
  id = $state<string | null>(null);

  /** The address behind the help; null before the first. */
  private place: string | null = null;
  /** Help pages opened one from another since `place`; 0 too where the first address was one. */
  private depth = 0;

  /** Takes note of the address; true where only the help changed and the screen stays as it is. */
  covers(route: Route): boolean {
    const first = this.place === null;
    if (route.screen === 'help') {
      const state = history.state as { help?: number } | null;
      const unplaced = first || (this.id !== null && this.depth === 0);
      this.depth = state?.help ?? (unplaced ? 0 : this.depth + 1);
      history.replaceState({ help: this.depth }, '');
      this.place ??= '#/';
      this.id = route.id;
      return !first;
    }
    const same = location.hash === this.place;
    this.id = null;
    this.depth = 0;
    this.place = location.hash;
    return same;
  }

  /** To be called where the address changed without an event. */
  moved(): void {
    this.place = location.hash;
  }

  /** Back to the address behind the help. */
  close(): void {
    if (this.depth > 0) history.go(-this.depth);
    else location.replace('#/');
  }
}
