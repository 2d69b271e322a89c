/** Requests that left for other sites: of the whole visit, and of the experiment on the page. Measured. */
import { ForeignRequests, type ForeignTally } from '../rpc/foreign-requests';

const NONE: ForeignTally = { total: 0, byOrigin: new Map(), refused: 0 };

export class Privacy {
  /** Since the page was opened. */
  visit = $state.raw<ForeignTally>(NONE);
  /** Since the experiment on the page was begun or opened; null where there is none. */
  experiment = $state.raw<ForeignTally | null>(null);

  private readonly requests = new ForeignRequests(() => this.read());
  private before: ForeignTally | null = null;

  /** Once, at the page's start. */
  listen(): void {
    this.requests.listen();
  }

  /** An experiment begins, before anything of its model is fetched. */
  begin(): void {
    this.before = this.requests.visit;
    this.read();
  }

  /** There is no experiment on the page any more. */
  end(): void {
    this.before = null;
    this.read();
  }

  private read(): void {
    this.visit = this.requests.visit;
    this.experiment = this.before && this.requests.since(this.before);
  }
}
