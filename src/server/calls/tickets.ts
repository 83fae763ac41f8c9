import { makeSecret, nowMs } from '../../system/index.ts';

/** A file of an experiment. */
export interface FilePlace {
  readonly id: string;
  /** As lists of files have it. */
  readonly path: string;
}

const TICKET_MS = 60_000;
/** Tickets that nobody used; the oldest one goes first. */
const MOST_TICKETS = 1000;

/** What lets a browser fetch a file by an address, once and within a minute: an address cannot carry the token. */
export class Tickets {
  readonly #now: () => number;
  #places: ReadonlyMap<string, FilePlace & { readonly endsMs: number }> = new Map();

  /** @param now for tests, milliseconds since 1970 */
  constructor(now: () => number = nowMs) {
    this.#now = now;
  }

  make(place: FilePlace): string {
    const ticket = makeSecret();
    const kept = [...this.#places, [ticket, { ...place, endsMs: this.#now() + TICKET_MS }] as const];
    this.#places = new Map(kept.slice(-MOST_TICKETS));
    return ticket;
  }

  /** The file of a ticket, which then opens nothing more; undefined for one that does not open anything. */
  take(ticket: string): FilePlace | undefined {
    const place = this.#places.get(ticket);
    this.#places = new Map([...this.#places].filter(([each]) => each !== ticket));
    return place !== undefined && place.endsMs > this.#now() ? place : undefined;
  }
}
