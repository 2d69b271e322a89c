/** The server a person connected: its address in this browser, its key in memory unless they say otherwise. */
import * as v from 'valibot';
import type { EndpointAddress } from '../../models/language-model';

const STORE = 'equipoise-endpoint';

const Kept = v.object({
  url: v.pipe(v.string(), v.url()),
  model: v.pipe(v.string(), v.minLength(1)),
  api: v.picklist(['chat', 'completions']),
  parallel: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(256)),
  key: v.optional(v.nullable(v.string()), null),
});

/** What a log says of an endpoint: where prompts went and whom they asked, never the key. */
export interface EndpointName {
  origin: string;
  model: string;
}

/** The name of an address in logs and on the page. */
export function nameOf(address: Pick<EndpointAddress, 'url' | 'model'>): EndpointName {
  return { origin: new URL(address.url).origin, model: address.model };
}

export class EndpointSettings {
  /** Null while no server is connected. */
  address = $state.raw<EndpointAddress | null>(null);
  /** The person asked for the key to be kept in this browser. */
  keyKept = $state(false);

  constructor(private readonly storage: () => Storage = () => localStorage) {
    try {
      const kept = v.parse(Kept, JSON.parse(this.storage().getItem(STORE) ?? ''));
      this.address = kept;
      this.keyKept = kept.key !== null;
    } catch {
      // Nothing kept, nothing readable, or no storage: no server is connected.
    }
  }

  /** Connects a server. @param keepKey also keeps the key in this browser, for later visits */
  connect(address: EndpointAddress, keepKey: boolean): void {
    this.address = address;
    this.keyKept = keepKey && address.key !== null;
    const kept = { ...address, key: this.keyKept ? address.key : null };
    try {
      this.storage().setItem(STORE, JSON.stringify(kept));
    } catch {
      this.keyKept = false; // Without storage it holds for this visit.
    }
  }

  /** Forgets the server and its key. */
  forget(): void {
    this.address = null;
    this.keyKept = false;
    try {
      this.storage().removeItem(STORE);
    } catch {
      // Nothing was kept.
    }
  }
}
