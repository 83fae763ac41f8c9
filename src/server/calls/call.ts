import type { ExperimentManager } from '../../app/index.ts';
import type { ActionDesk } from './action-desk.ts';
import type { LiveState } from './live-state.ts';
import type { Reader } from './reading.ts';
import type { Tickets } from './tickets.ts';

/**
 * Where a call is answered: `here` in the server's own process, which must never be busy for long; or in a process of
 * its own, `tables` for what scans the view, `files` for what reads series and other files, `acts` for what changes
 * something, one after the other.
 */
export type Place = 'here' | 'tables' | 'files' | 'acts';

/** What an answer is made from. */
export interface CallContext {
  readonly manager: ExperimentManager;
  /** What the server has in memory; only for calls that are answered `here`. */
  readonly live?: LiveState;
  /** Only for calls that are answered `here`. */
  readonly tickets?: Tickets;
  /** Only for calls that are answered `here`, of a server that may act. */
  readonly desk?: ActionDesk;
  /** Why the server does not act; empty if it does. Only for calls that are answered `here`. */
  readonly whyNoActions?: string;
  /** Aborted when the page no longer waits for the answer. */
  readonly signal: AbortSignal;
}

/**
 * One thing that a page can ask. The answer is what JSON can hold, or bytes, or an `AsyncIterable` of what JSON can hold,
 * each of which is sent as a line of JSON when it is there.
 */
export interface Call<Request, Answer> {
  readonly place: Place;
  readonly read: Reader<Request>;
  readonly answer: (request: Request, context: CallContext) => Answer | Promise<Answer>;
}

/** What some calls take and give, by their names: the contract with the page. */
export type Contract = { readonly [name: string]: { readonly request: unknown; readonly answer: unknown } };

/** The calls that keep a contract. */
export type CallsOf<C extends Contract> = { readonly [N in keyof C]: Call<C[N]['request'], C[N]['answer']> };
