import { join } from 'node:path';
import { errorText, SheafError, type Problem } from '../core/errors.ts';
import type { AttemptRef, JobRef, SubmissionMember } from '../core/event.ts';
import { makeToken, type Token } from '../core/ids.ts';
import { attemptName } from '../core/record.ts';
import type { Experiment } from '../core/stored.ts';
import type { Dependency, Scheduler, SubmitOutcome } from '../scheduler/index.ts';
import {
  breathe,
  makeFolder,
  nowMs,
  ownerState,
  ownerText,
  ownerWords,
  randomId,
  writeAtomic,
} from '../system/index.ts';
import { afterDependencies } from './after.ts';
import { jobEnvironment } from './environment.ts';
import { reread } from './find.ts';
import { jobFiles } from './job-files.ts';
import type { Project } from './project.ts';
import { reconcile } from './reconcile.ts';
import type { DryRun, Submission, SubmitOptions, Submitted } from './results.ts';
import { resourceOverrides } from './resources.ts';
import { planSubmission, type Batch, type Plan, type Want } from './submit-plan.ts';

const RANDOM_LENGTH = 12;
/** Numbers tried for an attempt whose claims are held by submissions that died. */
const ATTEMPT_TRIES = 20;

/**
 * Gives each stage asked for a live or a completed attempt.
 *
 * The order is what makes it safe: claims, files, the event `submitting`, the scheduler, the event
 * `submitted`. Wherever it stops, the next command finds the token in the journal and looks it up.
 */
export async function submitExperiments(
  project: Project,
  experiments: readonly Experiment[],
  options: SubmitOptions & { readonly again?: boolean },
): Promise<Submitted> {
  const scheduler = await project.scheduler();
  const { warnings } = await reconcile(project);
  const fresh = reread(project, experiments);
  const plan = await planned(project, scheduler, fresh, options);
  const after = afterDependencies(project, options.after ?? []);

  const submissions: Submission[] = [];
  const nothingToDo: Submitted['nothingToDo'][number][] = wordsOf(plan);
  const jobs = new Map<Batch, { token: Token; job: JobRef }>();
  const total = plan.batches.reduce((sum, { members }) => sum + members.length, 0);
  let done = 0;
  for (const batch of plan.batches) {
    await breathe();
    if (options.signal?.aborted) break;
    const taken = await takeAttempts(project, batch);
    nothingToDo.push(...taken.busy);
    if (taken.members.length > 0) {
      const parent = parentDependency(project, batch, jobs);
      if (parent !== 'missing') {
        const request = { ...taken, batch, after: [...after, ...parent], options };
        const submission = await hand(project, scheduler, request, (job) =>
          jobs.set(batch, { token: taken.token, job }),
        );
        submissions.push(submission);
      }
    }
    done += batch.members.length;
    options.progress?.(done, total, 'submitted');
  }
  return { submissions, nothingToDo, warnings };
}

/** The scripts as they would be given to the scheduler; nothing is written or claimed. */
export async function dryRun(
  project: Project,
  experiments: readonly Experiment[],
  options: SubmitOptions,
): Promise<DryRun> {
  const scheduler = await project.scheduler();
  const plan = await planned(project, scheduler, experiments, options);
  const scripts = await Promise.all(
    plan.batches.map(async (batch) => {
      const token = tokenOf(batch, '0'.repeat(RANDOM_LENGTH));
      const files = await jobFiles(project, scheduler, { token, batch, members: batch.members, options });
      return {
        stage: batch.stage,
        expIds: batch.members.map(({ experiment }) => experiment.expId),
        script: files.script,
        run: files.firstRun,
        command: files.command,
      };
    }),
  );
  return { scripts, nothingToDo: wordsOf(plan), warnings: [] };
}

async function planned(
  project: Project,
  scheduler: Scheduler,
  experiments: readonly Experiment[],
  options: SubmitOptions & { readonly again?: boolean },
): Promise<Plan> {
  return planSubmission(project, experiments, {
    ...(options.stage === undefined ? {} : { stage: options.stage }),
    resources: await resourceOverrides(options.set ?? {}),
    maxArraySize: scheduler.can.arrays ? scheduler.can.maxArraySize : 1,
    again: options.again ?? false,
  });
}

function wordsOf(plan: Plan): Submitted['nothingToDo'][number][] {
  return plan.nothingToDo.map(({ experiment, why }) => ({ expId: experiment.expId, why }));
}

function tokenOf(batch: Batch, random: string): Token {
  const [first] = batch.members;
  const name = batch.members.length > 1 ? (first?.experiment.sweep ?? '') : (first?.experiment.expId ?? '');
  return makeToken(name, batch.stage, random);
}

type Member = Batch['members'][number];

interface Taken {
  readonly token: Token;
  readonly members: readonly Member[];
  readonly busy: readonly Submitted['nothingToDo'][number][];
}

/** Claims the attempts of a batch; those that another command was quicker to claim are left out. */
async function takeAttempts(project: Project, batch: Batch): Promise<Taken> {
  const token = tokenOf(batch, randomId(RANDOM_LENGTH));
  const members: Member[] = [];
  const busy: Submitted['nothingToDo'][number][] = [];
  for (const member of batch.members) {
    const result = await takeAttempt(project, member, token);
    if (typeof result === 'number') members.push({ ...member, n: result });
    else busy.push({ expId: member.experiment.expId, why: result });
  }
  return { token, members, busy };
}

/** @returns the number of the attempt, or why there is nothing to take */
async function takeAttempt(project: Project, want: Want, token: Token): Promise<number | string> {
  const { claims } = project.store;
  for (let { n } = want, last = n + ATTEMPT_TRIES; n < last; n += 1) {
    const ref: AttemptRef = { key: want.experiment.key, stage: want.stage.name, n };
    const holder = claims.takeAttempt(ref, token);
    if (holder.token === token) return n;
    await project.store.refresh();
    if (project.store.submission(holder.token) !== undefined) return 'was just submitted by another command';
    if (ownerState(holder.owner) !== 'dead')
      return `is just being submitted by another command (${ownerWords(holder.owner)})`;
    // It died before it recorded anything: make sure that no job can ever run the attempt, then pass it over.
    if (!claims.giveUp(ref, 'its submission died before it was recorded'))
      return `is run by a job that is not recorded (${claims.runner(ref) ?? ''})`;
  }
  return 'has too many attempts that were begun and never recorded; sheaf doctor lists them';
}

interface Request extends Taken {
  readonly batch: Batch;
  readonly after: readonly Dependency[];
  readonly options: SubmitOptions;
}

async function hand(
  project: Project,
  scheduler: Scheduler,
  request: Request,
  accepted: (job: JobRef) => void,
): Promise<Submission> {
  const { token, members, batch, after, options } = request;
  const folder = join(project.store.paths.submissions, token);
  const files = await jobFiles(project, scheduler, { token, batch, members, options });
  makeFolder(folder);
  makeFolder(project.store.paths.experiments);
  writeAtomic(join(folder, 'members.tsv'), files.members, { durable: true });
  writeAtomic(join(folder, 'job.sbatch'), files.script, { durable: true });

  const refs = members.map(({ experiment, stage, n, index }): SubmissionMember => ({
    key: experiment.key,
    stage: stage.name,
    n,
    ...(index === undefined ? {} : { index }),
  }));
  await project.store.append([
    {
      type: 'submitting',
      token,
      scheduler: scheduler.id,
      members: refs,
      owner: ownerText(),
      ...(options.maxParallel === undefined ? {} : { maxParallel: options.maxParallel }),
      ...(options.hold ? { held: true } : {}),
      ...(after.length === 0 ? {} : { after: after.map((dependency) => dependency.token) }),
      ...(options.set === undefined ? {} : { resources: options.set }),
    },
  ]);
  const indices = refs.map(({ index }) => index).filter((index) => index !== undefined);
  const outcome = await scheduler.submit({
    token,
    script: files.script,
    cwd: project.root,
    outputFolder: folder,
    resources: batch.resources,
    ...(indices.length === 0 ? {} : { indices }),
    ...(options.maxParallel === undefined ? {} : { maxParallel: options.maxParallel }),
    held: options.hold ?? false,
    after,
    env: jobEnvironment(project.env),
  });
  if (outcome.kind === 'accepted') accepted(outcome.job);
  return {
    token,
    stage: batch.stage,
    members: members.map((member) => ({
      expId: member.experiment.expId,
      attempt: attemptName({ stage: member.stage.name, n: member.n }),
    })),
    outcome: await record(project, token, refs, outcome),
  };
}

/** Records the scheduler's answer. */
async function record(
  project: Project,
  token: Token,
  refs: readonly SubmissionMember[],
  outcome: SubmitOutcome,
): Promise<Submission['outcome']> {
  switch (outcome.kind) {
    case 'accepted': {
      const { job, notes } = outcome;
      try {
        await project.store.append([{ type: 'submitted', token, job }]);
      } catch (error) {
        throw unrecorded(job, error);
      }
      return { kind: 'accepted', job: job.id, scheduler: job.scheduler, notes };
    }
    case 'refused': {
      const attempts = refs.map(({ key, stage, n }) => ({ key, stage, n }));
      await project.store.append([
        { type: 'state', token, attempts, fact: { kind: 'refused', atMs: nowMs(), said: outcome.said } },
      ]);
      return { kind: 'refused', problem: refusal(outcome) };
    }
    case 'doubtful':
      return { kind: 'doubtful', problem: doubt(outcome) };
  }
}

function unrecorded(job: JobRef, error: unknown): SheafError {
  return new SheafError(
    {
      code: 'submit.unrecorded',
      message: `the scheduler took it as job ${job.id}, but that could not be recorded`,
      said: errorText(error),
      now: 'the job is queued; nothing will be submitted twice',
      fix: 'mend that, then: sheaf status    (finds the job by its token and completes the record)',
    },
    1,
    { cause: error },
  );
}

function refusal({ said, ran, fix }: Extract<SubmitOutcome, { kind: 'refused' }>): Problem {
  return {
    code: 'submit.refused',
    message: 'the scheduler refused it',
    said,
    ran,
    ...(fix === undefined ? {} : { fix }),
    now: 'no job exists for it',
  };
}

function doubt({ said, ran }: Extract<SubmitOutcome, { kind: 'doubtful' }>): Problem {
  return {
    code: 'submit.doubtful',
    message: 'it is not known whether the scheduler took it',
    said,
    ran,
    now: 'it is recorded as being submitted; nothing will be submitted twice',
    fix: 'sheaf status    (looks it up by its token)',
  };
}

/** What the batch waits for; `missing` when its parent was not accepted. */
function parentDependency(
  project: Project,
  { parent, parentTasks = 'all' }: Batch,
  jobs: ReadonlyMap<Batch, { token: Token; job: JobRef }>,
): Dependency[] | 'missing' {
  if (parent === undefined) return [];
  if (!('token' in parent)) {
    const made = jobs.get(parent);
    return made === undefined ? 'missing' : [{ ...made, tasks: parentTasks }];
  }
  const job = project.store.submission(parent.token)?.job?.value;
  return job === undefined ? 'missing' : [{ token: parent.token, job, tasks: parentTasks }];
}
