import { withoutUndefined } from '../../core/value.ts';
import { markInFlight } from '../observe/in-flight.ts';
import { join } from 'node:path';
import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import { formatError, SheafError, type Problem } from '../../core/errors.ts';
import type { AttemptRef, EventBody, JobRef, SubmissionMember } from '../../core/experiment/event.ts';
import { makeToken, type Key, type Token } from '../../core/ids.ts';
import { attemptName } from '../../core/experiment/record.ts';
import { wasSubmitted } from '../../core/experiment/status.ts';
import {
  resolveDoubt,
  type Dependency,
  type Scheduler,
  type SubmitOutcome,
  type SubmitRequest,
} from '../../scheduler/index.ts';
import { makeFolder, nowMs, ownerState, ownerText, ownerWords, randomId, writeAtomic } from '../../system/index.ts';
import { makeJobEnvironment } from '../project/job-environment.ts';
import { findExperiment } from '../project/find.ts';
import { makeExperimentFolders } from '../experiments/experiment-folder.ts';
import { makeFingerprintedEvents, type InputsOf } from './check-inputs.ts';
import { makeJobFiles, writeJobPrograms } from './job-files.ts';
import { readRunRecords } from '../observe/job-records.ts';
import type { Project } from '../project/project.ts';
import type { Submission, SubmitOptions, Submitted } from '../project/types.ts';
import { makeAdvisedEvents, getGivenResources, type Batch, type BatchMember, type Want } from './submit-plan.ts';

/** Letters of a token that nobody else has. */
export const TOKEN_RANDOM = 12;
/** Numbers tried for an attempt whose claims are held by submissions that died. */
const ATTEMPT_TRIES = 20;

/** The token of a batch: the name of its job. */
export function makeBatchToken(batch: Batch, random: string): Token {
  const [first] = batch.members;
  const name = batch.members.length > 1 ? (first?.experiment.sweep ?? '') : (first?.experiment.expId ?? '');
  return makeToken(name, batch.stage, random);
}

export interface TakenAttempts {
  readonly token: Token;
  readonly members: readonly BatchMember[];
  readonly busy: readonly Submitted['nothingToDo'][number][];
}

/** Claims the attempts of a batch; those that another command was quicker to claim are left out. */
export async function takeAttempts(project: Project, batch: Batch): Promise<TakenAttempts> {
  const token = makeBatchToken(batch, randomId(TOKEN_RANDOM));
  const members: BatchMember[] = [];
  const busy: Submitted['nothingToDo'][number][] = [];
  for (const member of batch.members) {
    giveUpUnbegun(project, member);
    const result = await takeAttempt(project, member, token);
    if (typeof result === 'number') members.push({ ...member, n: result });
    else busy.push({ expId: member.experiment.expId, why: result });
  }
  return { token, members, busy };
}

/**
 * Takes the claims of former attempts whose jobs never began: one that appears after all, or that someone puts back
 * into the queue, must not run beside the next attempt. A job that holds its claim already has begun, and is over.
 */
function giveUpUnbegun({ store }: Project, { experiment, stage }: Want): void {
  const unbegun = Object.values(experiment.record.attempts).filter(
    (attempt) =>
      attempt.stage === stage.name &&
      attempt.token !== undefined &&
      attempt.facts.started === undefined &&
      attempt.facts.ended === undefined &&
      CLOSED.has(getAttemptOutcome(attempt).status),
  );
  for (const { stage: name, n } of unbegun) {
    store.claims.giveUp({ key: experiment.key, stage: name, n }, 'another attempt was made');
  }
}

const CLOSED: ReadonlySet<string> = new Set(['failed', 'cancelled', 'stopped']);

/** @returns the number of the attempt, or why there is nothing to take */
async function takeAttempt(project: Project, want: Want, token: Token): Promise<number | string> {
  const { claims } = project.store;
  for (let { n } = want, last = n + ATTEMPT_TRIES; n < last; n += 1) {
    const ref: AttemptRef = { key: want.experiment.key, stage: want.stage.name, n };
    const holder = claims.takeAttempt(ref, token);
    if (holder.token === token) return n;
    await project.store.refresh();
    if (isOwnJob(want, holder.token)) return adopted(project, want, ref, holder.token);
    if (project.store.submission(holder.token) !== undefined) return 'was just submitted by another command';
    if (ownerState(holder.owner) !== 'dead')
      return `is currently being submitted by another command (${ownerWords(holder.owner)})`;
    // It died before it recorded anything: make sure that no job can ever run the attempt, then pass it over.
    if (!claims.giveUp(ref, 'the command that held it was killed'))
      return `is run by a job that is not recorded (${claims.runner(ref) ?? ''})`;
  }
  return 'has too many attempts that were begun and never recorded; sheaf doctor lists them';
}

/** Someone put a job of an earlier attempt back into the queue, and it took the next one by itself. */
function isOwnJob({ experiment, stage }: Want, token: Token): boolean {
  return Object.values(experiment.record.attempts).some(
    (attempt) => attempt.stage === stage.name && attempt.token?.value === token,
  );
}

async function adopted(project: Project, { experiment }: Want, ref: AttemptRef, token: Token): Promise<string> {
  const events = readRunRecords(project, experiment.expId, ref, token, true).flatMap((run): EventBody[] => {
    const facts = [run.started, run.ended].filter((fact) => fact !== undefined);
    return facts.map((fact) => ({ type: 'state', token, attempts: [run.ref], fact }));
  });
  const running: EventBody = {
    type: 'state',
    token,
    attempts: [ref],
    fact: { kind: 'queue', state: 'running', atMs: nowMs() },
  };
  await project.store.append(events.length > 0 ? events : [running]);
  return 'was put back into the queue, and goes on as its next attempt; sheaf status';
}

export interface BatchRequest extends TakenAttempts {
  readonly batch: Batch;
  readonly after: readonly Dependency[];
  readonly options: SubmitOptions;
  readonly inputsOf: InputsOf;
}

/** What came of one call of the scheduler, and its job when it has one. */
export interface SubmittedBatch {
  readonly submission: Omit<Submission, 'outcome'> & {
    readonly outcome: Submission['outcome'] | { readonly kind: 'full'; readonly said: string };
  };
  readonly job?: JobRef;
  /** That it was refused is no answer of the scheduler, which could not be asked. */
  readonly isUnreachable: boolean;
}

/** Submits a batch, whose attempts are claimed, to the scheduler: files, `submitting`, the call, `submitted`. */
export async function submitBatch(
  project: Project,
  scheduler: Scheduler,
  request: BatchRequest,
): Promise<SubmittedBatch> {
  return markInFlight(request.token, () => submitBatchNow(project, scheduler, request));
}

async function submitBatchNow(project: Project, scheduler: Scheduler, request: BatchRequest): Promise<SubmittedBatch> {
  const { token, members, batch, after, options, inputsOf } = request;
  const call = callOf(project, request);
  const script = await writeBatchFiles(project, request, call);
  const refs = members.map(({ experiment, stage, n, index }): SubmissionMember => ({
    key: experiment.key,
    stage: stage.name,
    n,
    ...(index === undefined ? {} : { index }),
  }));
  const { maxParallel } = batch;
  const given = getGivenResources(members, options.set);
  const advised = members.find((member) => member.advised !== undefined)?.advised;
  const found = members.find((member) => member.found !== undefined)?.found;
  await project.store.append([
    withoutUndefined({
      type: 'submitting',
      token,
      scheduler: scheduler.id,
      members: refs,
      code: batch.code,
      owner: ownerText(),
      ...(batch.fresh && { fresh: true }),
      reread: batch.reread,
      maxParallel,
      ...(options.hold ? { held: true } : {}),
      ...(after.length === 0 ? {} : { after: after.map((dependency) => dependency.token) }),
      ...(options.after === undefined || options.after.length === 0 ? {} : { behind: keysOf(project, options.after) }),
      ...(options.set === undefined && Object.keys(given).length === 0 ? {} : { resources: given }),
      found,
    }),
    ...makeAdvisedEvents(members),
    ...makeFingerprintedEvents(members, inputsOf),
  ]);
  const outcome = await scheduler.submit({ ...call, script, env: makeJobEnvironment(project.env) });
  const settled = await settle(project, scheduler, request, outcome);
  const recorded = await record(project, token, refs, settled);
  return {
    submission: {
      token,
      stage: batch.stage,
      members: members.map((member) => ({
        expId: member.experiment.expId,
        attempt: attemptName({ stage: member.stage.name, n: member.n }),
      })),
      outcome: recorded,
      ...(advised === undefined ? {} : { advised }),
    },
    ...(settled.kind === 'accepted' ? { job: settled.job } : {}),
    isUnreachable: settled.kind === 'refused' && settled.unreachable === true,
  };
}

/**
 * Writes what a job needs before it is asked for: the folders of its members and the files of the submission. When that
 * fails, its attempts are let go: the scheduler was not called, and the next command may take them.
 *
 * @returns the script
 */
async function writeBatchFiles(
  project: Project,
  { token, batch, members }: BatchRequest,
  { outputFolder, scriptFile }: ReturnType<typeof callOf>,
): Promise<string> {
  try {
    const { script, members: table } = await makeJobFiles(project, { token, batch, members });
    await makeFirstFolders(project, batch, members);
    await writeJobPrograms(project);
    makeFolder(outputFolder);
    makeFolder(project.store.paths.experiments);
    writeAtomic(join(outputFolder, 'members.tsv'), table, { durable: true });
    writeAtomic(scriptFile, script, { durable: true });
    return script;
  } catch (error) {
    for (const { experiment, stage, n } of members)
      project.store.claims.dropAttempt({ key: experiment.key, stage: stage.name, n }, token);
    throw error;
  }
}

/** Of what waits for another batch, that one made the folders. */
async function makeFirstFolders(project: Project, { parent }: Batch, members: readonly BatchMember[]): Promise<void> {
  if (parent !== undefined) return;
  const experiments = members.map(({ experiment }) => experiment).filter((experiment) => !wasSubmitted(experiment));
  await makeExperimentFolders(project, experiments);
}

function keysOf(project: Project, expIds: readonly string[]): Key[] {
  return expIds.map((expId) => findExperiment(project, expId).key);
}

/** How the scheduler is called for a batch. */
export function callOf(
  project: Project,
  { token, batch, members, after, options }: Omit<BatchRequest, 'busy' | 'inputsOf'>,
): Omit<SubmitRequest, 'script' | 'env'> & { readonly scriptFile: string } {
  const outputFolder = join(project.store.paths.submissions, token);
  const indices = [...new Set(members.flatMap(({ index }) => (index === undefined ? [] : [index])))];
  return {
    token,
    scriptFile: join(outputFolder, 'job.sbatch'),
    cwd: project.root,
    outputFolder,
    resources: batch.resources,
    ...(indices.length === 0 ? {} : { indices }),
    ...(batch.maxParallel === undefined ? {} : { maxParallel: batch.maxParallel }),
    held: options.hold ?? false,
    after,
  };
}

/**
 * Makes an answer certain. A doubtful one is looked up by its token. Of one that was refused the claims are taken:
 * should a job exist after all, it finds them held and ends.
 */
async function settle(
  project: Project,
  scheduler: Scheduler,
  { token, members }: BatchRequest,
  outcome: SubmitOutcome,
): Promise<SubmitOutcome> {
  switch (outcome.kind) {
    case 'accepted':
      return outcome;
    case 'refused':
    case 'full': {
      const free = members.map(({ experiment: { key }, stage, n }) =>
        project.store.claims.giveUp({ key, stage: stage.name, n }, 'the scheduler refused it'),
      );
      return free.includes(false) ? { kind: 'doubtful', said: outcome.said, ran: outcome.ran } : outcome;
    }
    case 'doubtful':
      return resolveDoubt(scheduler, token, outcome);
  }
}

/** Records the scheduler's answer. */
async function record(
  project: Project,
  token: Token,
  refs: readonly SubmissionMember[],
  outcome: SubmitOutcome,
): Promise<SubmittedBatch['submission']['outcome']> {
  switch (outcome.kind) {
    case 'accepted': {
      const { job, notes } = outcome;
      try {
        await project.store.append([{ type: 'submitted', token, job }]);
      } catch (error) {
        throw makeUnrecordedError(job, error);
      }
      return { kind: 'accepted', job: job.id, scheduler: job.scheduler, notes };
    }
    case 'refused':
    case 'full': {
      const attempts = refs.map(({ key, stage, n }) => ({ key, stage, n }));
      await project.store.append([
        { type: 'state', token, attempts, fact: { kind: 'refused', atMs: nowMs(), said: outcome.said } },
      ]);
      return outcome.kind === 'full'
        ? { kind: 'full', said: outcome.said }
        : { kind: 'refused', problem: makeRefusalProblem(outcome) };
    }
    case 'doubtful':
      return { kind: 'doubtful', problem: makeDoubtProblem(outcome) };
  }
}

function makeUnrecordedError(job: JobRef, error: unknown): SheafError {
  return new SheafError(
    {
      code: 'submit.unrecorded',
      message: `the scheduler took it as job ${job.id}, but that could not be recorded`,
      said: formatError(error),
      now: 'the job is queued; nothing will be submitted twice',
      fix: 'fix this, then let sheaf find the job by its token: sheaf status',
    },
    1,
    { cause: error },
  );
}

function makeRefusalProblem({ said, ran, fix }: Extract<SubmitOutcome, { kind: 'refused' }>): Problem {
  return {
    code: 'submit.refused',
    message: 'the scheduler refused it',
    said,
    ran,
    ...(fix === undefined ? {} : { fix }),
    now: 'no job exists for it',
  };
}

function makeDoubtProblem({ said, ran }: Extract<SubmitOutcome, { kind: 'doubtful' }>): Problem {
  return {
    code: 'submit.doubtful',
    message: 'it is not known whether the scheduler took it',
    said,
    ran,
    now: 'it is recorded as being submitted; nothing will be submitted twice',
    fix: 'to look it up by its token: sheaf status',
  };
}
