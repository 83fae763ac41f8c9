import type { Cost } from './measure.ts';

/** A checkout that is built, with a local folder of its own: each has views of its own version. */
export interface Program {
  readonly checkout: string;
  readonly bin: string;
  readonly env: NodeJS.ProcessEnv;
}

/** One line of the table: what each program takes of what the peer takes. */
export interface Ratio {
  readonly what: string;
  readonly peer: string;
  readonly costs: readonly Cost[];
  readonly peerCost: Cost;
  /** The most that it may take of what the peer takes; negative: the least that it must be faster. */
  readonly goal: number;
}
