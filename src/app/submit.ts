import { isDeferred, type DeferredOptions } from '../core/attempt.ts';
import { SheafError } from '../core/errors.ts';
import type { AttemptRef, EventBody, JobRef } from '../core/event.ts';
import type { Key, Token } from '../core/ids.ts';
import { isEnding, isOpen } from '../core/status.ts';
import type { Experiment } from '../core/stored.ts';
import type { Dependency, Scheduler } from '../scheduler/index.ts';
import { breathe, nowMs, sleep } from '../system/index.ts';
import { afterDependencies, isBehindKeptBack, stillBefore } from './after.ts';
import { deferredGroups } from './deferred.ts';
import { reread } from './find.ts';
import { callOf, handOver, takeAttempts, tokenOf, TOKEN_RANDOM } from './hand-over.ts';
import { jobFiles } from './job-files.ts';
import type { Project } from './project.ts';
import { reconcile } from './reconcile.ts';
import { refresh } from './refresh.ts';
import type { DryRun, Submission, SubmitOptions, Submitted } from './results.ts';
import { resourceOverrides } from './resources.ts';
import { parted, planSubmission, splitBatch, taskCount, type Batch, type Member, type Plan } from './submit-plan.ts';
import { openAttempts } from './tasks.ts';

interface Asked extends SubmitOptions {
  readonly again?: boolean;
  readonly deferredOnly?: boolean;
}

/**
 * Gives each stage asked for a live or a completed attempt.
 *
 * The order is what makes it safe: claims, files, the event `submitting`, the scheduler, the event
 * `submitted`. Wherever it stops, the next command finds the token in the journal and looks it up.
 * What the scheduler has no room for is kept back, and sent by {@link sendDeferred}.
 */
export async function submitExperiments(
  project: Project,
  experiments: readonly Experiment[],
  options: Asked,
): Promise<Submitted> {
  if (options.after !== undefined || options.deferredOnly) return submitTogether(project, experiments, options);
  const groups = Map.groupBy(experiments, (experiment) => stillBefore(project, experiment).join(' '));
  if (groups.size <= 1 && [...groups.keys()].every((after) => after === '')) {
    return submitTogether(project, experiments, options);
  }
  return submitInTurn(project, groups, options);
}

/** What waits for others, as it was once asked to, after those that are submitted with it. */
async function submitInTurn(
  project: Project,
  groups: ReadonlyMap<string, readonly Experiment[]>,
  options: Asked,
): Promise<Submitted> {
  const all: Submitted[] = [];
  const rest = new Map(groups);
  while (rest.size > 0) {
    const open = new Set([...rest.values()].flat().map(({ expId }): string => expId));
    const [next] =
      [...rest].find(([after]) => !after.split(' ').some((expId) => open.has(expId))) ?? [...rest][0] ?? [];
    if (next === undefined) break;
    const members = rest.get(next) ?? [];
    rest.delete(next);
    const after = next === '' ? [] : next.split(' ');
    all.push(await submitBehind(project, members, after, options));
  }
  return {
    submissions: all.flatMap(({ submissions }) => submissions),
    nothingToDo: all.flatMap(({ nothingToDo }) => nothingToDo),
    deferred: all.flatMap(({ deferred }) => deferred),
    warnings: [...new Set(all.flatMap(({ warnings }) => warnings))],
  };
}

/** That what they wait for has failed is no reason not to submit the others. */
async function submitBehind(
  project: Project,
  experiments: readonly Experiment[],
  after: readonly string[],
  options: Asked,
): Promise<Submitted> {
  try {
    return await submitTogether(project, experiments, { ...options, after });
  } catch (error) {
    if (!(error instanceof SheafError) || error.code !== 'after.ended') throw error;
    const why = `waits for ${after.join(', ')}, which did not complete: sheaf retry ${after.join(' ')}`;
    const nothingToDo = experiments.map(({ expId }) => ({ expId, why }));
    return { submissions: [], nothingToDo, deferred: [], warnings: [] };
  }
}

async function submitTogether(
  project: Project,
  experiments: readonly Experiment[],
  options: Asked,
): Promise<Submitted> {
  const scheduler = await project.scheduler();
  const { warnings } = await reconcile(project, { wait: true, ...(options.signal && { signal: options.signal }) });
  // A parent that ended meanwhile must not be waited for: the scheduler may not know it any more.
  const waitsForOthers = experiments.some(({ record }) => Object.values(record.attempts).some(isOpen));
  const asksFirst = waitsForOthers || (options.after ?? []).length > 0;
  const looked = asksFirst ? (await refresh(project, nowMs())).warnings : [];
  await untilCancelledEnded(project, experiments, options);
  const plan = await planned(project, scheduler, reread(project, experiments), options);
  const sender = new Sender(project, scheduler, options, plan);
  await recordThrottle(project, plan, options);
  await endInVain(
    project,
    plan.hopeless.map(({ experiment, stage, n }) => ({ key: experiment.key, stage: stage.name, n })),
  );
  return { ...(await sender.sendAll()), warnings: [...new Set([...warnings, ...looked, ...sender.warnings])] };
}

/** A job that was cancelled may take a while to end: what comes after it waits so long at most. */
const ENDING_MS = 60_000;
const ENDING_LOOK_MS = 2_000;

async function untilCancelledEnded(
  project: Project,
  experiments: readonly Experiment[],
  { signal, progress }: Asked,
): Promise<void> {
  for (const begunMs = nowMs(); nowMs() - begunMs < ENDING_MS;) {
    const ending = reread(project, experiments).filter(({ record }) => Object.values(record.attempts).some(isEnding));
    if (ending.length === 0) return;
    progress?.(0, ending.length, 'cancelled, whose jobs are still ending');
    await sleep(ENDING_LOOK_MS, signal);
    await refresh(project, nowMs());
  }
}

/** Sends what was kept back, as far as there is room now. Nothing is asked where nothing was kept back. */
export async function sendDeferred(project: Project, options: Pick<SubmitOptions, 'signal'>): Promise<Submitted> {
  const all: { -readonly [K in keyof Submitted]: Submitted[K] } = {
    submissions: [],
    nothingToDo: [],
    deferred: [],
    warnings: [],
  };
  for (const group of deferredGroups(project)) {
    try {
      const asked = { ...group.options, ...options, deferredOnly: true };
      const { submissions, deferred, warnings } = await submitExperiments(project, group.experiments, asked);
      all.submissions = [...all.submissions, ...submissions];
      all.deferred = [...all.deferred, ...deferred];
      all.warnings = [...all.warnings, ...warnings];
    } catch (error) {
      if (!(error instanceof SheafError)) throw error;
      if (error.code === 'after.ended') {
        await endInVain(project, keptBack(group.experiments));
        continue;
      }
      const [first] = group.experiments;
      all.warnings = [...all.warnings, `what was kept back (${first?.expId ?? ''} …) cannot be sent: ${error.message}`];
    }
  }
  return all;
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
      const token = tokenOf(batch, '0'.repeat(TOKEN_RANDOM));
      const request = { token, batch, members: batch.members, after: [], options };
      const { script, firstRun } = await jobFiles(project, request);
      return {
        stage: batch.stage,
        expIds: batch.members.map(({ experiment }) => experiment.expId),
        script,
        run: firstRun,
        command: scheduler.command(callOf(project, request)),
      };
    }),
  );
  return { scripts, nothingToDo: wordsOf(plan), warnings: plan.notes };
}

interface Planned extends Plan {
  /** What is said about resources that the template does not state. */
  readonly notes: readonly string[];
}

/** @throws SheafError for whatever would be refused, before anything is claimed */
async function planned(
  project: Project,
  scheduler: Scheduler,
  experiments: readonly Experiment[],
  options: Asked,
): Promise<Planned> {
  const notes = new Set<string>();
  const plan = await planSubmission(project, experiments, {
    ...(options.stage === undefined ? {} : { stage: options.stage }),
    resources: await resourceOverrides(options.set ?? {}),
    complete: async (resources) => {
      const completed = await scheduler.complete(resources);
      for (const note of completed.notes) notes.add(note);
      return completed.resources;
    },
    maxArraySize: () => scheduler.maxArraySize(),
    again: options.again ?? false,
    ...(options.deferredOnly ? { deferredOnly: true } : {}),
    throttle: (sweep) => (sweep === undefined ? options.maxParallel : throttleOf(project, sweep)),
  });
  return { ...plan, notes: [...notes] };
}

function throttleOf(project: Project, sweep: string): number | undefined {
  return project.store.sweep(sweep)?.maxParallel?.value ?? undefined;
}

/** A throttle that was given for a sweep holds for what of it is submitted later, too. */
async function recordThrottle(project: Project, plan: Plan, { maxParallel }: Asked): Promise<void> {
  if (maxParallel === undefined) return;
  const sweeps = new Set(plan.batches.flatMap(({ members: [first] }) => first?.experiment.sweep ?? []));
  const changed = [...sweeps].filter((sweep) => throttleOf(project, sweep) !== maxParallel);
  await project.store.append(changed.map((sweep) => ({ type: 'throttled', sweep, maxParallel })));
}

function keptBack(experiments: readonly Experiment[]): AttemptRef[] {
  return experiments.flatMap(({ key, record }) =>
    Object.values(record.attempts)
      .filter(isDeferred)
      .map(({ stage, n }) => ({ key, stage, n })),
  );
}

/** What was kept back behind something that did not complete meanwhile will never run. */
async function endInVain(project: Project, attempts: readonly AttemptRef[]): Promise<void> {
  if (attempts.length === 0) return;
  const said = 'what it waited for did not complete';
  await project.store.append([
    { type: 'state', attempts, fact: { kind: 'accounted', state: 'dependency', atMs: nowMs(), said } },
  ]);
}

function wordsOf(plan: Plan): Submitted['nothingToDo'][number][] {
  return plan.nothingToDo.map(({ experiment, why }) => ({ expId: experiment.expId, why }));
}

/** What became of a batch of the plan. */
type Sent =
  | {
      readonly kind: 'job';
      readonly token: Token;
      readonly job: JobRef;
      /** The experiments in it; undefined: whoever waits for it is in it. */
      readonly keys?: ReadonlySet<Key>;
    }
  | { readonly kind: 'deferred' }
  | { readonly kind: 'none' };

/** Sends the batches of a plan one by one, each after what it waits for. */
class Sender {
  readonly warnings: readonly string[];
  readonly #project: Project;
  readonly #scheduler: Scheduler;
  readonly #options: Asked;
  readonly #plan: Plan;
  readonly #after: readonly Dependency[];
  readonly #isBehindKeptBack: boolean;
  readonly #sent = new Map<Batch, Sent>();
  readonly #submissions: Submission[] = [];
  readonly #nothingToDo: Submitted['nothingToDo'][number][];
  readonly #deferred: Submitted['deferred'][number][] = [];
  /** Accounts and QOS of which the scheduler just said that they have no room. */
  readonly #full = new Map<string, string>();

  constructor(project: Project, scheduler: Scheduler, options: Asked, plan: Planned) {
    this.#project = project;
    this.#scheduler = scheduler;
    this.#options = options;
    this.#plan = plan;
    this.#nothingToDo = wordsOf(plan);
    this.#after = afterDependencies(project, options.after ?? []);
    this.#isBehindKeptBack = isBehindKeptBack(project, options.after ?? []);
    this.warnings = plan.notes;
  }

  async sendAll(): Promise<Omit<Submitted, 'warnings'>> {
    const { signal, progress } = this.#options;
    const total = this.#plan.batches.reduce((sum, { members }) => sum + members.length, 0);
    let done = 0;
    for (const batch of this.#plan.batches) {
      await breathe();
      if (signal?.aborted) break;
      this.#sent.set(batch, await this.#send(batch));
      done += batch.members.length;
      progress?.(done, total, 'submitted');
    }
    return { submissions: this.#submissions, nothingToDo: this.#nothingToDo, deferred: this.#deferred };
  }

  async #send(planned: Batch): Promise<Sent> {
    const batch = await this.#withParents(planned);
    if (batch.members.length === 0) return { kind: 'deferred' };
    const waits = this.#waitsFor(batch);
    if (waits === 'parent refused') {
      this.#leave(batch.members, `was not submitted, since what it waits for was refused`);
      return { kind: 'none' };
    }
    if (waits === 'kept back' || this.#isBehindKeptBack)
      return this.#defer(batch.members, 'what goes before it is kept back');
    const account = accountOf(batch);
    const known = this.#full.get(account);
    if (known !== undefined) return this.#defer(batch.members, known);
    const room = taskCount(batch) === 1 ? 1 : await this.#scheduler.room(batch.resources);
    const [now, rest] = splitBatch(batch, room);
    const why = 'the account or QOS permits no more submitted jobs';
    if (rest.length > 0) this.#full.set(account, why);
    const sent: Sent = now.members.length === 0 ? { kind: 'deferred' } : await this.#submit(now, waits);
    if (rest.length > 0) await this.#defer(rest, why);
    return sent;
  }

  async #submit(batch: Batch, after: readonly Dependency[]): Promise<Sent> {
    const project = this.#project;
    const taken = await takeAttempts(project, batch);
    this.#nothingToDo.push(...taken.busy);
    if (taken.members.length === 0) return { kind: 'none' };
    const request = { ...taken, batch, after: [...this.#after, ...after], options: this.#options };
    const { submission, job } = await handOver(project, this.#scheduler, request);
    if (submission.outcome.kind === 'full') {
      const why = fullWords(submission.outcome.said);
      this.#full.set(accountOf(batch), why);
      return this.#defer(
        taken.members.map((member) => ({ ...member, n: member.n + 1 })),
        why,
      );
    }
    this.#submissions.push({ ...submission, outcome: submission.outcome });
    if (job === undefined) return { kind: 'none' };
    const keys = new Set(taken.members.map(({ experiment }) => experiment.key));
    return { kind: 'job', token: taken.token, job, keys };
  }

  /** Without those whose parents are not in the job that was just sent: they would wait for ever. */
  async #withParents(batch: Batch): Promise<Batch> {
    const { parent } = batch;
    const sent = parent === undefined || 'token' in parent ? undefined : this.#sent.get(parent);
    if (sent?.kind !== 'job' || sent.keys === undefined) return batch;
    const { keys } = sent;
    const [ready, rest] = parted(batch, ({ experiment }) => keys.has(experiment.key));
    if (rest.length > 0) await this.#defer(rest, 'what goes before it is kept back');
    return ready;
  }

  /** The jobs that a batch waits for, or why it cannot be sent. */
  #waitsFor({
    parent,
    parentTasks = 'all',
    behind,
    stage,
    members: [first],
    maxParallel,
  }: Batch): Dependency[] | 'parent refused' | 'kept back' {
    const before = behind && this.#sent.get(behind);
    if (before?.kind === 'deferred') return 'kept back';
    const throttle: Dependency[] =
      before?.kind === 'job' ? [{ job: before.job, token: before.token, tasks: 'all', until: 'ended' }] : [];
    const running = maxParallel === undefined ? [] : this.#liveArrays(stage, first?.experiment.sweep);
    if (parent === undefined) return [...throttle, ...running];
    const own = 'token' in parent ? this.#known(parent.token) : this.#sent.get(parent);
    if (own?.kind === 'deferred') return 'kept back';
    if (own?.kind !== 'job') return 'parent refused';
    // What follows a stage needs no throttle of its own against arrays of that stage.
    return [...throttle, { job: own.job, token: own.token, tasks: parentTasks, until: 'completed' }];
  }

  #known(token: Token): Sent {
    const job = this.#project.store.submission(token)?.job?.value;
    return job === undefined ? { kind: 'none' } : { kind: 'job', token, job };
  }

  /** Arrays of a sweep that were sent by an earlier command: together with them a new one would exceed the throttle. */
  #liveArrays(stage: string, sweep: string | undefined): Dependency[] {
    if (sweep === undefined) return [];
    const own = new Set(this.#submissions.map(({ token }) => token));
    const live = openAttempts(
      this.#project,
      this.#project.store.active().filter((experiment) => experiment.sweep === sweep),
    ).flatMap(({ ref, task }) => (task !== undefined && ref.stage === stage && !own.has(task.token) ? [task] : []));
    const jobs = new Map(live.map((task) => [task.token, task]));
    return [...jobs.values()].map(({ job, token }) => ({ job, token, tasks: 'all', until: 'ended' }));
  }

  #leave(members: readonly Member[], why: string): void {
    this.#nothingToDo.push(
      ...members.map(({ experiment, stage }) => ({ expId: experiment.expId, why: `${stage.name} ${why}` })),
    );
  }

  async #defer(members: readonly Member[], why: string): Promise<Sent> {
    const news = members.filter(({ experiment, stage, n }) => {
      const known = experiment.record.attempts[`${stage.name}-${n}`]?.facts.deferred?.value;
      return known?.why !== why;
    });
    const attempts = news.map(({ experiment, stage, n }) => ({ key: experiment.key, stage: stage.name, n }));
    const fact = { kind: 'deferred', atMs: nowMs(), why, options: deferredOptions(this.#options) } as const;
    if (attempts.length > 0) await this.#project.store.append([{ type: 'state', attempts, fact } satisfies EventBody]);
    this.#deferred.push(...members.map(({ experiment }) => ({ expId: experiment.expId, why })));
    return { kind: 'deferred' };
  }
}

function deferredOptions({ maxParallel, hold, set, after }: Asked): DeferredOptions {
  return {
    ...(maxParallel === undefined ? {} : { maxParallel }),
    ...(hold ? { hold } : {}),
    ...(set === undefined || Object.keys(set).length === 0 ? {} : { set }),
    ...(after === undefined || after.length === 0 ? {} : { after }),
  };
}

function accountOf({ resources: { account = '', qos = '' } }: Batch): string {
  return `${account} ${qos}`;
}

function fullWords(said: string): string {
  const limit = /\b(?:QOS|Assoc)\w*Submit\w*/.exec(said)?.[0];
  return limit === undefined ? 'the queue is full' : `no more jobs may be submitted now (${limit})`;
}
