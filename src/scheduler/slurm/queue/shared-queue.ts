import type { Environment } from '../../../core/value.ts';
import { join } from 'node:path';
import {
  claimLink,
  makeFolder,
  nowMs,
  ownerState,
  ownerText,
  randomId,
  readClaim,
  removePath,
  sleep,
} from '../../../system/index.ts';
import type { Cache } from '../ask/cache.ts';
import type { SlurmReply } from '../ask/commands.ts';

/** What `squeue` printed, and when it was asked. */
export type QueueAnswer =
  | { readonly kind: 'answer'; readonly atMs: number; readonly text: string }
  | { readonly kind: 'failed'; readonly atMs: number; readonly said: string };

/** Between two questions of one user on one host, seconds, whatever asks. */
const POLL_FLOOR_S = 5;

/** `SHEAF_POLL_SECONDS` may set another one: longer on a busy cluster, shorter on your own. */
export function pollFloorMs(env: Environment): number {
  const given = Number(env['SHEAF_POLL_SECONDS'] || POLL_FLOOR_S);
  return (Number.isFinite(given) && given >= 0 ? given : POLL_FLOOR_S) * 1000;
}
/** A controller that takes long is asked less often: this part of its time at most. */
const SHARE = 1 / 10;
/** It makes the pause no longer than this; what a person chose may be. */
const LONGEST_FLOOR_MS = 60_000;
/** After a failure the pause doubles up to this (or to what was chosen); a person who waits for the cluster is not kept longer. */
const LONGEST_PAUSE_MS = 40_000;

/** How long to wait for another command that is asking, and how often to check. */
const WAIT_MS = 45_000;
const LOOK_MS = 25;

interface Kept {
  readonly answer: QueueAnswer;
  readonly durationMs: number;
  /** Failures in a row. */
  readonly failures: number;
}

const NAME = 'queue';

/**
 * Asks for the queue, at most once in a while for all commands of this user on this host: what one
 * got serves the others.
 *
 * @param afterMs an answer from before that does not do: the caller has changed something then
 * @param floorMs as {@link pollFloorMs}
 */
export async function lookAtQueue(
  cache: Cache,
  ask: () => Promise<SlurmReply>,
  { afterMs, floorMs }: { readonly afterMs: number; readonly floorMs: number },
): Promise<QueueAnswer> {
  const until = nowMs() + WAIT_MS;
  let [mark, kept] = [cache.mark(NAME), readKept(cache, floorMs)];
  for (;;) {
    // It may be megabytes long, and another one may take a while to ask.
    const newMark = cache.mark(NAME);
    if (newMark !== mark) [mark, kept] = [newMark, readKept(cache, floorMs)];
    if (kept !== undefined && serves(kept, afterMs, floorMs)) return kept.answer;
    const free = takeTurn(cache.folder);
    if (free !== undefined || nowMs() > until) {
      try {
        return await askNow(cache, ask, kept?.failures ?? 0);
      } finally {
        free?.();
      }
    }
    await sleep(LOOK_MS);
  }
}

function readKept(cache: Cache, floorMs: number): Kept | undefined {
  return cache.read<Kept>(NAME, Math.max(LONGEST_FLOOR_MS, floorMs));
}

/** A failure is no answer for a command that must know the current state: the controller may be back. */
function serves({ answer, durationMs, failures }: Kept, afterMs: number, floorMs: number): boolean {
  const ageMs = nowMs() - answer.atMs;
  if (answer.atMs <= afterMs) return false;
  if (answer.kind === 'failed')
    return ageMs < Math.min(Math.max(LONGEST_PAUSE_MS, floorMs), floorMs * 2 ** (failures - 1));
  return ageMs < pauseMs(durationMs, floorMs);
}

/** How long an answer serves: one that took long serves longer. A floor of 0 is for tests: each question is asked. */
export function pauseMs(durationMs: number, floorMs: number): number {
  return floorMs === 0 ? 0 : Math.max(floorMs, Math.min(LONGEST_FLOOR_MS, durationMs / SHARE));
}

async function askNow(cache: Cache, ask: () => Promise<SlurmReply>, failures: number): Promise<QueueAnswer> {
  // The time before the query: jobs submitted during it may not be in the answer.
  const atMs = nowMs();
  const asked = await ask();
  const answer: QueueAnswer =
    asked.kind === 'answer'
      ? { kind: 'answer', atMs, text: asked.stdout }
      : { kind: 'failed', atMs: nowMs(), said: asked.said };
  const kept: Kept = { answer, durationMs: asked.durationMs, failures: answer.kind === 'failed' ? failures + 1 : 0 };
  cache.write(NAME, kept);
  return answer;
}

/** One command asks at a time. @returns what gives the turn back; undefined when another one has it */
function takeTurn(folder: string | undefined): (() => void) | undefined {
  if (folder === undefined) return () => undefined;
  const path = join(folder, 'asking');
  // One process may ask twice in a millisecond.
  const me = `${ownerText()} ${nowMs()} ${randomId(8)}`;
  try {
    makeFolder(folder, 0o700);
    if (claimLink(path, me) === me) return () => removePath(path);
    const [owner = '', since = '0'] = (readClaim(path) ?? '').split(' ');
    if (ownerState(owner) === 'alive' && nowMs() - Number(since) < WAIT_MS) return undefined;
    removePath(path);
    return undefined;
  } catch {
    return () => undefined;
  }
}
