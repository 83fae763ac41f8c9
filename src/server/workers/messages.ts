import type { ExitCode, Problem } from '../../core/errors.ts';

/** An answer to a call as it goes to the page: JSON, bytes, or values one after the other, each as a line of JSON. */
export type Answered =
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'lines'; readonly lines: AsyncIterable<string> };

/** What went wrong, as it travels between processes. */
export interface Trouble {
  readonly problems: readonly [Problem, ...Problem[]];
  readonly exitCode: ExitCode;
}

/** To a worker. Calls are answered once each; of an answer by lines, each `next` is. */
export type ToWorker =
  | { readonly kind: 'ask'; readonly id: number; readonly name: string; readonly request: unknown }
  | { readonly kind: 'next'; readonly id: number }
  /** The page does not wait for the answer any more. */
  | { readonly kind: 'stop'; readonly id: number };

/** From a worker. */
export type FromWorker =
  | { readonly kind: 'ready' }
  /** It cannot begin. */
  | ({ readonly kind: 'unable' } & Trouble)
  | { readonly kind: 'json'; readonly id: number; readonly text: string }
  | { readonly kind: 'bytes'; readonly id: number; readonly bytes: Uint8Array }
  /** The lines are to be asked for one by one. */
  | { readonly kind: 'lines'; readonly id: number }
  | { readonly kind: 'line'; readonly id: number; readonly text: string }
  | { readonly kind: 'end'; readonly id: number }
  | ({ readonly kind: 'trouble'; readonly id: number } & Trouble);
