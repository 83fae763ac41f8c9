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
  /** Records which jobs started, and which ended well. What could not be recorded is retried at the next look. */
  look(): Promise<Watched>;
}

/** What came of a look. */
export interface Watched {
  /** Facts that were recorded. */
  readonly recorded: number;
  /** Why others were not. */
  readonly unrecorded?: string;
}

const END = 'ended.json';

/** A file with which a job will say that it started, or ended. */
interface AwaitedFile {
  readonly expId: ExpId;
  readonly folder: string;
  readonly name: 'started.json' | typeof END;
}

/**
 * Files that one look asks for, so that it is short: of jobs that run, of those that start next, and of the other ones that
 * wait. If there are more, they take turns.
 */
const [MOST_ENDS, MOST_NEXT, MOST_STARTS] = [60, 20, 20];
/** Between two lists of active jobs, milliseconds. */
const LIST_MS = 5_000;

/**
 * Watches the files of active jobs. Why a job failed may be more than it wrote itself: that is left to `observe`. In a
 * project that may only be read nothing is recorded.
 */
export function openJobWatch(project: Project): JobWatch {
  const { store } = project;
  let ends: readonly AwaitedFile[] = [];
  let starts: readonly AwaitedFile[] = [];
  let [listedVersion, listedMs] = [-1, -Infinity];
  const takeEnds = openTurns<AwaitedFile>(MOST_ENDS);
  const takeStarts = openTurns<AwaitedFile>(MOST_STARTS);

  function list(): void {
    if (store.version() === listedVersion || nowMs() - listedMs < LIST_MS) return;
    [listedVersion, listedMs] = [store.version(), nowMs()];
    const awaited = store.active().flatMap((experiment) => listAwaited(project, experiment));
    [ends, starts] = [awaited.filter(isEnd), awaited.filter((file) => !isEnd(file))];
  }

  return {
    look: async () => {
      list();
      // Jobs start mostly in the order in which they were submitted.
      const asked = [...takeEnds(ends), ...starts.slice(0, MOST_NEXT), ...takeStarts(starts.slice(MOST_NEXT))];
      const there = new Set(asked.filter(({ folder, name }) => getFileFacts(join(folder, name)) !== undefined));
      if (there.size === 0) return { recorded: 0 };
      const before = { ends, starts };
      const started = starts.filter((file) => there.has(file));
      ends = [...ends.filter((file) => !there.has(file)), ...started.map((file) => ({ ...file, name: END }) as const)];
      starts = starts.filter((file) => !there.has(file));
      const found = store.findAll([...there].map(({ expId }) => expId));
      const watched = await record(project, readOwnFacts(project, [...found.values()]));
      if (watched.unrecorded !== undefined) ({ ends, starts } = before);
      return watched;
    },
  };
}

function isEnd({ name }: AwaitedFile): boolean {
  return name === END;
}

/** Gives some items of a list, and the next ones when it is asked again. */
function openTurns<T>(most: number): (all: readonly T[]) => readonly T[] {
  let at = 0;
  return (all) => {
    at = at >= all.length ? 0 : at;
    const some = all.slice(at, at + most);
    at += some.length;
    return some;
  };
}

function listAwaited(project: Project, experiment: Experiment): AwaitedFile[] {
  const { expId, waiting } = experiment;
  const folderOf = (name: string): string => join(experimentFolder(project, expId), 'attempts', name);
  if (waiting !== undefined) return [{ expId, folder: folderOf(attemptName(waiting)), name: 'started.json' }];
  return openAttempts(project, [experiment]).map(({ attempt, ref }) => ({
    expId,
    folder: folderOf(attemptName(ref)),
    name: attempt.facts.started === undefined ? 'started.json' : END,
  }));
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

/** Who may only look never records anything: trying again would help nobody. */
const ONLY_LOOKS: ReadonlySet<string> = new Set(['project.readonly', 'local.none']);

async function record({ store }: Project, facts: readonly EventBody[]): Promise<Watched> {
  try {
    await store.append(facts);
    return { recorded: facts.length };
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    return ONLY_LOOKS.has(error.code) ? { recorded: 0 } : { recorded: 0, unrecorded: error.message };
  }
}
