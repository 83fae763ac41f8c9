import { join } from 'node:path';
import type { EndedFact, StartedFact } from '../../core/experiment/facts.ts';
import type { AttemptRef } from '../../core/experiment/event.ts';
import { parseEnded, parseStarted, type StartedRecord } from '../../core/experiment/job-record.ts';
import { attemptName } from '../../core/experiment/record.ts';
import { readTextIfThere } from '../../system/index.ts';
import { experimentFolder, type Project } from '../project/project.ts';

/** What one run of a job left in the folder of its attempt. */
export interface RunRecord {
  readonly ref: AttemptRef;
  readonly started?: StartedFact;
  /** How often the job had been requeued when it started. */
  readonly restart?: number;
  readonly ended?: EndedFact;
}

/** It ended well by its own record, which is decisive. */
export function hasEndedWell({ ended }: RunRecord): boolean {
  return ended?.exitCode === 0 && ended.signal === undefined && ended.cause === undefined;
}

/**
 * The runs of a job from an attempt on: after a requeue the job takes the next attempt by itself. The first is
 * given also when it left nothing.
 *
 * @param withEnds also read how they ended
 */
export function readRunRecords(
  project: Project,
  expId: string,
  first: AttemptRef,
  token: string | undefined,
  withEnds: boolean,
): [RunRecord, ...RunRecord[]] {
  const runs: [RunRecord, ...RunRecord[]] = [readRunRecord(project, expId, first, withEnds).run];
  for (let { n } = first; ;) {
    n += 1;
    const { run, record } = readRunRecord(project, expId, { ...first, n }, withEnds);
    if (record === undefined || record.token !== token) return runs;
    runs.push(run);
  }
}

/** What a job wrote into the folder of an attempt before its program started. @throws SheafError `file.*` */
export function readStarted(folder: string): ReturnType<typeof parseStarted> {
  return parseStarted(readTextIfThere(join(folder, 'started.json')));
}

function readRunRecord(
  project: Project,
  expId: string,
  ref: AttemptRef,
  withEnd: boolean,
): { run: RunRecord; record?: StartedRecord } {
  const folder = join(experimentFolder(project, expId), 'attempts', attemptName(ref));
  const started = readStarted(folder);
  const ended = withEnd ? parseEnded(readTextIfThere(join(folder, 'ended.json'))) : undefined;
  const end = ended?.kind === 'record' ? { ended: ended.fact } : {};
  if (started.kind !== 'record') return { run: { ref, ...end } };
  const { record, fact } = started;
  return { run: { ref, started: fact, restart: record.restart, ...end }, record };
}
