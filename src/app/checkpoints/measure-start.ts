import { sep } from 'node:path';
import type { StartPoint } from '../../core/experiment/checkpoint-file.ts';
import { isBatchPruned } from '../../core/experiment/record.ts';
import { nowMs, ownerState, readClaim, sleep } from '../../system/index.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { measureCheckpoint, type FoundCheckpoint } from './found-checkpoint.ts';
import { getPruneLock, listAside, listBatches } from './set-aside.ts';
import { getStartPath, nameSource } from './start-file.ts';

/** A prune decides within moments. Milliseconds. */
const LONGEST_WAIT_MS = 5_000;
const PAUSE_MS = 50;

/**
 * What a checkpoint that something starts from is now; undefined if it is gone. While a prune that is at work has it set
 * aside, this waits for a moment: the prune puts back what is needed.
 */
export async function measureStart(
  project: Project,
  start: StartPoint,
): Promise<Pick<FoundCheckpoint, 'bytes' | 'changedMs'> | undefined> {
  const measure = (): ReturnType<typeof measureCheckpoint> =>
    measureCheckpoint(getStartPath(project, start), { onUnreadable: () => undefined });
  for (const untilMs = nowMs() + LONGEST_WAIT_MS; ;) {
    const found = measure();
    if (found !== undefined) return found;
    // Asked before the record is read: a prune lets go of the lock when all is recorded.
    const holder = readClaim(getPruneLock(project.store.paths.claims, start.key));
    await project.store.refresh();
    if (!isSetAside(project, start)) return measure();
    if (holder === undefined || ownerState(holder) === 'dead' || nowMs() > untilMs) return undefined;
    await sleep(PAUSE_MS);
  }
}

/** Whether a prune has moved a checkpoint out of the way, and has not recorded that it is deleted. */
export function isSetAside(project: Project, start: StartPoint): boolean {
  const writer = project.store.find(nameSource(project, start));
  if (writer === undefined) return false;
  const folder = experimentFolder(project, writer.expId);
  return listBatches(folder)
    .filter((batch) => !isBatchPruned(writer.record, batch))
    .flatMap((batch) => listAside(folder, batch))
    .some(({ path }) => start.path === path || start.path.startsWith(path + sep));
}
