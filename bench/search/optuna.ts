import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Parameter, Problem } from './problem.ts';
import type { AskedTrial, Searcher } from './simulate.ts';

/** A Python with Optuna that is asked by lines of JSON. */
export interface Optuna {
  readonly version: string;
  /** One search at a time. */
  readonly open: (problem: Problem, pruner: OptunaPruner, first: number, seed: number) => Promise<Searcher>;
  /** The importance of each parameter by PED-ANOVA, the most important one first. More is better of the values. */
  readonly rateParameters: (
    parameters: readonly Parameter[],
    points: readonly (readonly number[])[],
    values: readonly number[],
  ) => Promise<readonly (readonly [name: string, importance: number])[]>;
  /** Milliseconds of the processor for one proposal of TPE, the median of some rounds. */
  readonly timeProposal: (observations: number, parameters: number, rounds: number) => Promise<number>;
  readonly close: () => void;
}

export type OptunaPruner = 'none' | 'hyperband' | 'median';

/** @param python a Python that has Optuna */
export async function startOptuna(python: string): Promise<Optuna> {
  const child = spawn(python, [join(import.meta.dirname, 'optuna-search.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async <T>(...words: readonly unknown[]): Promise<T> => {
    child.stdin.write(`${JSON.stringify(words)}\n`);
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${python} ended; does it have Optuna?`);
    return JSON.parse(value) as T;
  };
  return {
    version: await ask<string>('version'),
    open: async ({ parameters, epochs }, pruner, first, seed) => {
      await ask('open', parameters, seed, pruner, epochs, first);
      return {
        ask: () => ask<AskedTrial>('ask'),
        report: (trial, epoch, value) =>
          pruner === 'none' ? Promise.resolve(false) : ask<boolean>('report', trial, epoch, value),
        complete: (trial, value) => ask<void>('complete', trial, value),
      };
    },
    rateParameters: (...words) => ask('rate_parameters', ...words),
    timeProposal: (...words) => ask<number>('time_proposal', ...words),
    close: () => child.stdin.end(),
  };
}
