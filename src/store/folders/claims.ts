import { join } from 'node:path';
import type { AttemptRef } from '../../core/experiment/event.ts';
import { asKey, asToken, type ExpId, type Key, type Token } from '../../core/ids.ts';
import { claimLink, listFolder, makeFolder, ownerText, readClaim, removePath } from '../../system/index.ts';
import type { ProjectPaths } from './paths.ts';
import { takeRoundClaim, type RoundClaim } from './round-claims.ts';
import { openWaitClaims, type WaitClaims } from './wait-claims.ts';

/**
 * Claims hold across hosts: symbolic links whose target names the owner.
 *
 * - `ids/<exp_id>` → `<key> <owner>`: the name belongs to that experiment
 * - `released/<exp_id>.<key>` → `<key> <owner>`: that experiment's name went on to another one
 * - `sweeps/<name>` → `<key> <owner>`: the name belongs to the sweep that chose this key
 * - `attempts/<key>.<stage>-<n>` → `<token> <owner>`: only that submission may run the attempt
 * - `runs/<key>.<stage>-<n>` → a job, made by the job itself; or `given-up …`: no job may run it any more
 * - `rounds/<sweep>/<round>`, `<round>.2`, … → `<token> <owner>`: only that command decides this round of the sweep
 * - `waits/<sweep>/<n>`: jobs that wait for the sweep, see {@link WaitClaims}
 *
 * Claims of names and runs are never removed: a name that was used once can be known, and whose name was released is found by following the chain.
 */
export interface Claims {
  /** Takes a name for `key`, unless someone holds it. @returns who holds it now */
  takeName(expId: ExpId, key: Key): NameHolder;
  /** Passes a name on from a holder that gave it up, or died before it made its experiment. */
  takeOverName(expId: ExpId, from: Key, key: Key): NameHolder;
  /** Who holds a name now; undefined when nobody ever did. */
  nameHolder(expId: ExpId): NameHolder | undefined;
  /** Takes a name for a sweep, unless a sweep has it. @returns who has it now */
  takeSweepName(name: string, key: Key): NameHolder;
  isSweepName(name: string): boolean;
  /** Whether an experiment or a sweep ever claimed this name. */
  isUsed(name: string): boolean;
  /** All names of experiments that were ever claimed. */
  names(): ExpId[];
  /** Takes an attempt for a submission. @returns the submission that holds it */
  takeAttempt(ref: AttemptRef, token: Token): AttemptHolder;
  /** Lets go of an attempt that was taken with this token and never handed to a scheduler. */
  dropAttempt(ref: AttemptRef, token: Token): void;
  /** Takes a round of a sweep, to decide it. @returns undefined if another command decides it now */
  takeRound(sweep: string, round: number): RoundClaim | undefined;
  /** Jobs that wait for sweeps. */
  readonly waits: WaitClaims;
  /** Takes the run of an attempt, so that no job can. False when a job has it. */
  giveUp(ref: AttemptRef, why: string): boolean;
  /** Who runs, or ran, the attempt: a job's text, or `given-up …`. */
  runner(ref: AttemptRef): string | undefined;
}

export interface NameHolder {
  readonly key: Key;
  /** `host:pid:start:boot` of the command that claimed it. */
  readonly owner: string;
}

export interface AttemptHolder {
  readonly token: Token;
  readonly owner: string;
}

const GIVEN_UP = 'given-up';

export function openClaims(paths: ProjectPaths): Claims {
  const folder = (kind: string): string => join(paths.claims, kind);
  const attemptPath = (kind: string, ref: AttemptRef): string => join(folder(kind), `${ref.key}.${ref.stage}-${ref.n}`);
  const idPath = (name: string): string => join(folder('ids'), name);
  const sweepPath = (name: string): string => join(folder('sweeps'), name);
  const releasedPath = (expId: ExpId, key: Key): string => join(folder('released'), `${expId}.${key}`);
  const made = new Set<string>();
  const claim = (kind: string, path: string, target: string): string => {
    if (!made.has(kind)) makeFolder(folder(kind));
    made.add(kind);
    return claimLink(path, target);
  };

  const follow = (expId: ExpId, text: string): NameHolder => {
    let holder = nameHolderOf(text);
    for (;;) {
      const next = readClaim(releasedPath(expId, holder.key));
      if (next === undefined) return holder;
      holder = nameHolderOf(next);
    }
  };

  return {
    takeName: (expId, key) => follow(expId, claim('ids', idPath(expId), `${key} ${ownerText()}`)),
    takeOverName: (expId, from, key) =>
      follow(expId, claim('released', releasedPath(expId, from), `${key} ${ownerText()}`)),
    nameHolder: (expId) => {
      const text = readClaim(idPath(expId));
      return text === undefined ? undefined : follow(expId, text);
    },
    takeSweepName: (name, key) => nameHolderOf(claim('sweeps', sweepPath(name), `${key} ${ownerText()}`)),
    isSweepName: (name) => readClaim(sweepPath(name)) !== undefined,
    isUsed: (name) => readClaim(idPath(name)) !== undefined || readClaim(sweepPath(name)) !== undefined,
    names: () => listFolder(folder('ids')) as ExpId[],
    takeAttempt: (ref, token) =>
      attemptHolderOf(claim('attempts', attemptPath('attempts', ref), `${token} ${ownerText()}`)),
    dropAttempt: (ref, token) => {
      const path = attemptPath('attempts', ref);
      if (readClaim(path)?.startsWith(`${token} `)) removePath(path);
    },
    takeRound: (sweep, round) => {
      const rounds = join(folder('rounds'), sweep);
      if (!made.has(rounds)) makeFolder(rounds);
      made.add(rounds);
      return takeRoundClaim(rounds, round);
    },
    waits: openWaitClaims(paths.claims),
    giveUp: (ref, why) =>
      claim('runs', attemptPath('runs', ref), `${GIVEN_UP} ${why.replace(/\s+/g, ' ').slice(0, 200)}`).startsWith(
        GIVEN_UP,
      ),
    runner: (ref) => readClaim(attemptPath('runs', ref)),
  };
}

function nameHolderOf(text: string): NameHolder {
  const [key = '', owner = ''] = text.split(' ');
  return { key: asKey(key), owner };
}

function attemptHolderOf(text: string): AttemptHolder {
  const [token = '', owner = ''] = text.split(' ');
  return { token: asToken(token), owner };
}
