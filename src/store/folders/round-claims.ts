import { join } from 'node:path';
import {
  claimLink,
  getFileFacts,
  nowMs,
  ownerState,
  ownerText,
  randomId,
  readClaim,
  removePath,
} from '../../system/index.ts';

/** A round that this command decides. */
export interface RoundClaim {
  /** Lets go of it: nothing was decided. */
  readonly drop: () => void;
}

/** From this age on a claim without a decision counts as abandoned, milliseconds. */
const LONGEST_MS = 600_000;
const TOKEN_LENGTH = 10;

/**
 * Claims a round. A claim whose owner is gone, or that is older than 10 minutes, is left where it is, and the next link is claimed. So two
 * commands may decide the same round: the record says which one counts.
 *
 * @param folder of the rounds of one sweep; it exists
 * @returns undefined if another command decides it now
 */
export function takeRoundClaim(folder: string, round: number): RoundClaim | undefined {
  const own = `${randomId(TOKEN_LENGTH)} ${ownerText()}`;
  for (let n = 1; ; n += 1) {
    const path = join(folder, n === 1 ? String(round) : `${round}.${n}`);
    const holder = claimLink(path, own);
    if (holder === own) return { drop: () => drop(path, own) };
    if (!isLeftBehind(path, holder)) return undefined;
  }
}

function drop(path: string, own: string): void {
  if (readClaim(path) === own) removePath(path);
}

function isLeftBehind(path: string, holder: string): boolean {
  const [, owner = ''] = holder.split(' ');
  if (ownerState(owner) === 'dead') return true;
  // One that was just dropped is free at the next try.
  const { mtimeMs = Infinity } = getFileFacts(path) ?? {};
  return nowMs() - mtimeMs > LONGEST_MS;
}
