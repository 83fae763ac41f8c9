import { join } from 'node:path';
import { SheafError } from '../../core/errors.ts';
import { attemptName } from '../../core/experiment/record.ts';
import type { EventBody } from '../../core/experiment/event.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { ExpId } from '../../core/ids.ts';
import { getFileFacts, nowMs, userId } from '../../system/index.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { readInputRecords } from './input-records.ts';
import { hasEndedWell, readRunRecords } from './job-records.ts';
import { addsInformation, EventBatcher } from './new-facts.ts';
import { openAttempts } from './tasks.ts';

/** Learns from what jobs write themselves, between two questions to the scheduler. */
export interface JobWatch {
  /** Records which jobs started, and which ended well. @returns how many facts are new */
  look(): Promise<number>;
}

/** A file with which a job will say that it started, or ended. */
interface AwaitedFile {
  readonly expId: ExpId;
  readonly folder: string;
  readonly name: 'started.json' | 'ended.json';
}

/** Files that one look asks for, so that it is short; those of jobs that run first. The others have their turn later. */
const MOST_AT_ONCE = 100;
/** Between two lists of active jobs, milliseconds. */
const LIST_MS = 5_000;

/**
 * Watches the files of active jobs. Why a job failed may be more than it wrote itself: that is left to `observe`. In a
 * project that may only be read nothing is recorded.
 */
export function openJobWatch(project: Project): JobWatch {
  const { store } = project;
  let awaited: readonly AwaitedFile[] = [];
  let [listedVersion, listedMs, turn] = [-1, -Infinity, 0];

  function list(): void {
    if (store.version() === listedVersion || nowMs() - listedMs < LIST_MS) return;
    [listedVersion, listedMs] = [store.version(), nowMs()];
    awaited = store.active().flatMap((experiment) => listAwaited(project, experiment));
    awaited = awaited.toSorted((a, b) => a.name.localeCompare(b.name));
  }

  return {
    look: async () => {
      list();
      turn = turn >= awaited.length ? 0 : turn;
      const there = awaited
        .slice(turn, turn + MOST_AT_ONCE)
        .filter(({ folder, name }) => getFileFacts(join(folder, name)) !== undefined);
      turn += MOST_AT_ONCE;
      if (there.length === 0) return 0;
      awaited = awaited.filter((each) => !there.includes(each)).concat(there.flatMap(awaitEnd));
      const found = store.findAll(there.map(({ expId }) => expId));
      return record(project, readOwnFacts(project, [...found.values()]));
    },
  };
}

function listAwaited(project: Project, experiment: Experiment): AwaitedFile[] {
  const { expId, waiting } = experiment;
  const folderOf = (name: string): string => join(experimentFolder(project, expId), 'attempts', name);
  if (waiting !== undefined) return [{ expId, folder: folderOf(attemptName(waiting)), name: 'started.json' }];
  return openAttempts(project, [experiment]).map(({ attempt, ref }) => ({
    expId,
    folder: folderOf(attemptName(ref)),
    name: attempt.facts.started === undefined ? 'started.json' : 'ended.json',
  }));
}

function awaitEnd(file: AwaitedFile): AwaitedFile[] {
  return file.name === 'started.json' ? [{ ...file, name: 'ended.json' }] : [];
}

/** Of a job that ran once: what came of one that was requeued, only the scheduler can say. */
function readOwnFacts(project: Project, experiments: readonly Experiment[]): EventBody[] {
  const events = new EventBatcher();
  const open = openAttempts(project, experiments);
  for (const { experiment, attempt, ref, task } of open) {
    if (task === undefined || task.job.uid !== userId()) continue;
    const [run, ...others] = readRunRecords(project, experiment.expId, ref, task.token, true);
    if (others.length > 0) continue;
    for (const fact of [run.started, hasEndedWell(run) ? run.ended : undefined]) {
      if (fact !== undefined && addsInformation(attempt.facts, fact)) events.add(task.token, ref, fact);
    }
  }
  const facts = events.all();
  return [...facts, ...readInputRecords(project, open, facts)];
}

async function record({ store }: Project, facts: readonly EventBody[]): Promise<number> {
  try {
    await store.append(facts);
    return facts.length;
  } catch (error) {
    if (error instanceof SheafError) return 0;
    throw error;
  }
}
