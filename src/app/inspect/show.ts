import { join } from 'node:path';
import { SheafError } from '../../core/errors.ts';
import type { AdviceRecord } from '../../core/experiment/advised.ts';
import type { FoundLimits } from '../../core/experiment/auto.ts';
import { getAttemptOutcome, type Outcome } from '../../core/experiment/outcome.ts';
import { type Attempt } from '../../core/experiment/attempt.ts';
import { type Cause } from '../../core/experiment/cause.ts';
import type { CodeRecord, CodeSeen, GitState } from '../../core/experiment/code.ts';
import type { SheafEvent } from '../../core/experiment/event.ts';
import { stagesOf, type Origins, type Stage } from '../../core/experiment/frozen.ts';
import { attemptName, hasRunSinceHarvest, listTags } from '../../core/experiment/record.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { ExpId } from '../../core/ids.ts';
import { toPointer, withoutUndefined, type JsonPointer, type Value, type ValueMap } from '../../core/value.ts';
import { walkWrittenLeaves } from '../../core/number-source.ts';
import { readEvents } from '../../store/index.ts';
import { getFileFacts } from '../../system/index.ts';
import { describeInterrupted } from '../checkpoints/interrupted.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { listAncestry, type Ancestor } from '../checkpoints/ancestry.ts';
import { getFrozenCode, getSeenCode } from '../code/code.ts';
import { compareEnvironments, readEnvironmentRecord, type EnvironmentDifference } from '../code/environment-record.ts';
import { findExperiment } from '../project/find.ts';
import type { ShownDiagnosis, StatusLine } from '../project/types.ts';
import { getShownDiagnosis, makeStatusLine } from '../jobs/status-line.ts';
import { readStarted } from '../observe/job-records.ts';
import { getJobName } from '../observe/tasks.ts';

/** A frozen value. */
export interface ShownValue {
  /** Dotted when nested. */
  readonly name: string;
  readonly value: Value;
  /** As it was written. */
  readonly text: string;
  /** Where it came from: `templates/resnet.yaml:12:3`, `command line`. */
  readonly origin?: string;
}

export interface ShownAttempt {
  /** `train-1` */
  readonly name: string;
  readonly stage: string;
  readonly n: number;
  /** `refused`: the scheduler did not take it. */
  readonly status: Exclude<Outcome['status'], 'void'> | 'refused';
  readonly cause?: Cause;
  readonly job?: string;
  readonly host?: string;
  readonly gpus?: string;
  readonly exitCode?: number;
  /** Milliseconds since 1970. */
  readonly submittedMs?: number;
  readonly startedMs?: number;
  readonly endedMs?: number;
  /** Why it waits or failed, in the scheduler's words. */
  readonly said?: string;
  /** Why it failed, as far as its logs say. */
  readonly diagnosis?: ShownDiagnosis;
  /** It was the first with another version of code or template: without a checkpoint, and with a series of its own. */
  readonly fresh?: true;
  /** The checkpoint that its program was to resume from, by the record of its job. */
  readonly resumedFrom?: string;
  /** What its jobs run. */
  readonly code?: CodeRecord;
  /** What advice chose for it. */
  readonly advised?: AdviceRecord;
  /** Limits that were found for it, where `auto` asks for that. */
  readonly found?: FoundLimits;
  /** Absolute; absent while there is none. `run.sh` and the logs are in it. */
  readonly folder?: string;
  /** Absolute: the copy of the code that it ran in, with what the program wrote there. Absent when it ran elsewhere. */
  readonly workFolder?: string;
}

export interface ShownStage {
  readonly name: string;
  readonly command: string;
  readonly after?: string;
  readonly resources: Stage['resources'];
  /** Oldest first. */
  readonly attempts: readonly ShownAttempt[];
}

/** The experiment that another one repeats, and what could not be the same; undefined until both have run. */
export interface ShownRerun {
  readonly of: string;
  readonly differences?: readonly EnvironmentDifference[];
}

/** Everything about one experiment. */
export interface Shown {
  readonly experiment: Experiment;
  readonly status: StatusLine;
  readonly tags: readonly string[];
  readonly notes: readonly { readonly atMs: number; readonly user: string; readonly text: string }[];
  readonly archived: boolean;
  readonly params: readonly ShownValue[];
  readonly resources: readonly ShownValue[];
  readonly stages: readonly ShownStage[];
  /** Of all stages in their order, then of stages that it no longer has. */
  readonly attempts: readonly ShownAttempt[];
  /** Numbers between those of its attempts that no attempt has, and why. */
  readonly unused: readonly { readonly name: string; readonly why: string }[];
  /** What it runs; before its first submit, where the project stood when it was made. */
  readonly code?: CodeRecord | GitState;
  /** Which code its jobs were seen to run; undefined while none has ended, or when they run what is in the project folder. */
  readonly codeSeen?: CodeSeen | 'not observed';
  readonly rerun?: ShownRerun;
  /** The checkpoint that it starts from, then what that one's writer started from, and so on. */
  readonly ancestry: readonly Ancestor[];
  /** The experiments that start from a checkpoint of this one, the oldest first. */
  readonly usedBy: readonly ExpId[];
  /** An attempt started or ended after the results were read. */
  readonly resultsAreOld: boolean;
  /** Absolute; the first submission makes it. */
  readonly folder: string;
  readonly hasFolder: boolean;
  /** See `describeInterrupted`. */
  readonly interrupted?: string;
  /** Files in it that are there. */
  readonly files: readonly string[];
  /** Only when asked for: what the journal says of it. */
  readonly events?: readonly SheafEvent[];
}

/** @throws SheafError `experiment.unknown` */
export function showExperiment(project: Project, expId: string, options: { events?: boolean } = {}): Shown {
  const experiment = findExperiment(project, expId);
  const { config, record, key } = experiment;
  const folder = experimentFolder(project, experiment.expId);
  const stages = stagesOf(config.settings).map((stage) => shownStage(project, experiment, stage));
  const tokens = Object.values(record.attempts).flatMap(({ token }) => token?.value ?? []);
  return {
    experiment,
    status: makeStatusLine(project, experiment),
    tags: listTags(record),
    notes: Object.entries(record.notes)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, note]) => note),
    archived: record.archived?.value === true,
    params: shownValues(config.params, config.written, config.origins, toPointer('params')),
    resources: shownValues(resourceMap(config.settings.resources), {}, config.origins, ''),
    stages,
    attempts: [
      ...stages.flatMap((stage) => stage.attempts),
      ...shownAttempts(project, experiment, ({ stage }) => !stages.some(({ name }) => name === stage)),
    ],
    unused: listUnused(project, experiment),
    ...withoutUndefined({ code: getFrozenCode(experiment) ?? record.created?.value.git }),
    ...withoutUndefined({ codeSeen: getSeenCode(experiment) }),
    ...withoutUndefined({ rerun: shownRerun(project, experiment) }),
    ancestry: listAncestry(project, experiment),
    usedBy: project.store.namesStartedFrom(key),
    resultsAreOld: hasRunSinceHarvest(record),
    folder,
    ...withoutUndefined({ interrupted: describeInterrupted(project, experiment) }),
    hasFolder: getFileFacts(folder)?.kind === 'folder',
    files: FILES.map((name) => join(folder, name)).filter((path) => getFileFacts(path) !== undefined),
    ...(options.events ? { events: readEvents(project.store.paths, key, tokens) } : {}),
  };
}

/** A command that is killed between its claim of an attempt and its first record uses up the number. */
function listUnused({ store }: Project, { key, record }: Experiment): Shown['unused'] {
  const byStage = Map.groupBy(Object.values(record.attempts), ({ stage }) => stage);
  return [...byStage].flatMap(([stage, attempts]) => {
    const known = new Set(attempts.map(({ n }) => n));
    const numbers = Array.from({ length: Math.max(...known) }, (_, i) => i + 1).filter((n) => !known.has(n));
    return numbers.flatMap((n) => {
      const runner = store.claims.runner({ key, stage, n });
      return runner?.startsWith(GIVEN_UP) ? [{ name: `${stage}-${n}`, why: runner.slice(GIVEN_UP.length) }] : [];
    });
  });
}

const GIVEN_UP = 'given-up ';

function shownRerun(project: Project, experiment: Experiment): ShownRerun | undefined {
  const source = experiment.record.created?.value.rerun;
  if (source === undefined) return undefined;
  const known = project.store.findByKey(source.key)?.expId ?? source.exp;
  const original = project.store.find(known);
  const [before, after] = [
    original && readEnvironmentRecord(project, original),
    readEnvironmentRecord(project, experiment),
  ];
  if (before === undefined || after === undefined) return { of: known };
  return { of: known, differences: compareEnvironments(before, after) };
}

const FILES = ['experiment.yaml', 'results.json'];

function resourceMap(resources: Stage['resources']): ValueMap {
  return Object.fromEntries(
    Object.entries(resources).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );
}

function shownValues(
  values: ValueMap,
  written: Parameters<typeof walkWrittenLeaves>[1],
  origins: Origins,
  root: JsonPointer,
): ShownValue[] {
  return [...walkWrittenLeaves(values, written)].map(({ name, path, value, text }) => {
    const origin = originText(origins, root + path);
    return { name, value, text, ...(origin === undefined ? {} : { origin }) };
  });
}

function originText({ sources, at }: Origins, path: JsonPointer): string | undefined {
  const [source, ...place] = at[path] ?? [];
  return source === undefined ? undefined : [sources[source], ...place].join(':');
}

function shownStage(project: Project, experiment: Experiment, { name, command, after, resources }: Stage): ShownStage {
  const attempts = shownAttempts(project, experiment, ({ stage }) => stage === name);
  return { name, command, ...(after === undefined ? {} : { after }), resources, attempts };
}

function shownAttempts(
  project: Project,
  experiment: Experiment,
  isShown: (attempt: Attempt) => boolean,
): ShownAttempt[] {
  return Object.values(experiment.record.attempts)
    .filter(isShown)
    .toSorted((a, b) => a.n - b.n)
    .map((attempt) => shownAttempt(project, experiment, attempt));
}

function shownAttempt(project: Project, { expId, key }: Experiment, attempt: Attempt): ShownAttempt {
  const outcome = getAttemptOutcome(attempt);
  const started = attempt.facts.started?.value;
  const folder = join(experimentFolder(project, expId), 'attempts', attemptName(attempt));
  const workFolder = join(folder, 'work');
  const request = attempt.token && project.store.submission(attempt.token.value)?.request?.value;
  return withoutUndefined({
    name: attemptName(attempt),
    stage: attempt.stage,
    n: attempt.n,
    status: outcome.status === 'void' ? 'refused' : outcome.status,
    cause: 'cause' in outcome ? outcome.cause : undefined,
    job: getJobName(project, key, attempt),
    host: started?.host,
    gpus: started?.gpus,
    exitCode: 'exitCode' in outcome ? outcome.exitCode : undefined,
    submittedMs: attempt.submittedMs,
    startedMs: 'startedMs' in outcome ? outcome.startedMs : undefined,
    endedMs: 'endedMs' in outcome ? outcome.endedMs : undefined,
    said: saidOf(attempt, outcome),
    ...getShownDiagnosis(attempt, outcome),
    fresh: attempt.fresh,
    resumedFrom: readResumedFrom(folder),
    code: request?.code,
    advised: attempt.advised?.value,
    found: request?.found,
    folder: getFileFacts(folder)?.kind === 'folder' ? folder : undefined,
    workFolder: getFileFacts(workFolder)?.kind === 'folder' ? workFolder : undefined,
  });
}

/** Undefined, too, while the record cannot be read: it may be another user's, and the rest is shown. */
function readResumedFrom(folder: string): string | undefined {
  try {
    const started = readStarted(folder);
    return started.kind === 'record' ? started.record.checkpoint : undefined;
  } catch (error) {
    if (error instanceof SheafError) return undefined;
    throw error;
  }
}

function saidOf({ facts }: Attempt, outcome: Outcome): string | undefined {
  switch (outcome.status) {
    case 'queued':
      return outcome.reason;
    case 'failed':
    case 'stopped':
      return outcome.said;
    case 'void':
      return facts.refused?.value.said;
    case 'running':
    case 'completed':
    case 'cancelled':
      return undefined;
  }
}
