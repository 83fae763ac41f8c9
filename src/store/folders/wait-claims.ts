import { join } from 'node:path';
import { asToken, type Token } from '../../core/ids.ts';
import { claimLink, getFileFacts, listFolder, makeFolder, ownerText, readClaim } from '../../system/index.ts';

/**
 * Claims of jobs that wait for a sweep, one after the other. Links are never removed:
 *
 * - `waits/<sweep>/<n>` → `<token> <owner>`: only that command submits the job number n, under this name
 * - `waits/<sweep>/<n>.run` → a job; or `given-up …`: a job of that name must not run any more
 */
export interface WaitClaims {
  /** The sweeps that ever had one, each with the time at which its last job was claimed or began, milliseconds since 1970. */
  sweeps(): ReadonlyMap<string, number>;
  /** Those of a sweep, the oldest first. */
  list(sweep: string): readonly WaitClaim[];
  /** Takes the next number for a job. False if another command has it. */
  take(sweep: string, n: number, token: Token): boolean;
  /** A job takes its run. False if it was given up. */
  run(sweep: string, n: number, job: string): boolean;
  /** Takes the run, so that no job can. False if a job has it. */
  giveUp(sweep: string, n: number, why: string): boolean;
}

export interface WaitClaim {
  /** From 1. */
  readonly n: number;
  readonly token: Token;
  /** `host:pid:start:boot` of the command that claimed it. */
  readonly owner: string;
  /** When, milliseconds since 1970. */
  readonly atMs: number;
  readonly isGivenUp: boolean;
}

const GIVEN_UP = 'given-up';

/** @param folder of all claims of the project */
export function openWaitClaims(folder: string): WaitClaims {
  const folderOf = (sweep: string): string => join(folder, 'waits', sweep);
  const runOf = (sweep: string, n: number): string => join(folderOf(sweep), `${n}.run`);
  return {
    sweeps: () =>
      new Map(listFolder(join(folder, 'waits')).map((sweep) => [sweep, getFileFacts(folderOf(sweep))?.mtimeMs ?? 0])),
    list: (sweep) =>
      listFolder(folderOf(sweep))
        .flatMap((name): WaitClaim[] => {
          const path = join(folderOf(sweep), name);
          const [token, owner = ''] = (/^\d+$/.test(name) ? readClaim(path) : undefined)?.split(' ') ?? [];
          if (token === undefined) return [];
          const n = Number(name);
          const isGivenUp = readClaim(runOf(sweep, n))?.startsWith(GIVEN_UP) ?? false;
          return [{ n, token: asToken(token), owner, atMs: getFileFacts(path)?.mtimeMs ?? 0, isGivenUp }];
        })
        .toSorted((a, b) => a.n - b.n),
    take: (sweep, n, token) => {
      makeFolder(folderOf(sweep));
      const own = `${token} ${ownerText()}`;
      return claimLink(join(folderOf(sweep), String(n)), own) === own;
    },
    run: (sweep, n, job) => !claimLink(runOf(sweep, n), job).startsWith(GIVEN_UP),
    giveUp: (sweep, n, why) => claimLink(runOf(sweep, n), `${GIVEN_UP} ${why}`).startsWith(GIVEN_UP),
  };
}
