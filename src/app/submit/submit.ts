import type { AdviceRecord } from '../../core/experiment/advised.ts';
import type { CodeRecord } from '../../core/experiment/code.ts';
import { SheafError } from '../../core/errors.ts';
import type { AttemptRef } from '../../core/experiment/event.ts';
import { asKey } from '../../core/ids.ts';
import { makeEmptyRecord } from '../../core/experiment/record.ts';
import { isEnding, isOpen, wasSubmitted } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Scheduler } from '../../scheduler/index.ts';
import { hostName, nowMs, sleep, userName } from '../../system/index.ts';
import { getUnfinishedDependencies } from './dependencies.ts';
import { Codes } from '../code/code.ts';
import { countRuns, warnOfFullDisk } from '../disk/warn-of-full-disk.ts';
import type { NamedDraft } from '../experiments/create.ts';
import { writeCopies } from '../experiments/experiment-folder.ts';
import { reread } from '../project/find.ts';
import { limitFinder } from '../past-runs/auto-limits.ts';
import { checkInputs, getRecordedInputs, requireInputs, type CheckedInputs } from './check-inputs.ts';
import { requirePackages } from './check-requirements.ts';
import { checkStartsOf } from './check-starts.ts';
import { callOf, makeBatchToken, TOKEN_RANDOM } from './submit-batch.ts';
import { makeJobFiles } from './job-files.ts';
import { getDueDeferred, getDeferredAttempts } from './deferred.ts';
import { warnOfMixedGpus } from './mixed-gpus.ts';
import type { Project } from '../project/project.ts';
import { reconcile } from '../observe/reconcile.ts';
import { refresh } from '../observe/refresh.ts';
import { rereadTemplates } from '../experiments/reread-template.ts';
import { chooseResources, parseResourceOverrides, type ChosenResources, withAdviceAsked } from './auto-partition.ts';
import type { DryRun, SubmitOptions, Submitted } from '../project/types.ts';
import { describeDoubts } from './plan-notes.ts';
import { runOf } from './run-of.ts';
import { SubmitPlanRunner, type SubmitPlanOptions } from './submit-plan-runner.ts';
import {
  getAttemptRefs,
  getNothingToDo,
  planSubmission,
  type Given,
  type BatchMember,
  type Plan,
  type PlanOptions,
} from './submit-plan.ts';
import { throttleBatches } from './throttled-batches.ts';

/**
 * Gives each stage asked for a live or a completed attempt.
 *
 * The order is what makes it safe: claims, files, the event `submitting`, the scheduler, the event
 * `submitted`. Wherever it stops, the next command finds the token in the journal and looks it up.
 * What the scheduler has no room for is deferred, and submitted by {@link submitDeferred}.
 */
export async function submitExperiments(
  project: Project,
  experiments: readonly Experiment[],
  asked: SubmitPlanOptions,
): Promise<Submitted> {
  const submitted = await submitAll(project, experiments, withAdviceAsked(asked));
  const { submissions, deferred } = submitted;
  const members = submissions.filter(({ outcome }) => outcome.kind !== 'refused').flatMap((each) => each.members);
  const willRun = new Set([...members, ...deferred].map(({ expId }) => expId));
  const full = await warnOfFullDisk(project, countRuns(experiments.filter(({ expId }) => willRun.has(expId))));
  return { ...submitted, warnings: [...submitted.warnings, ...full] };
}

async function submitAll(
  project: Project,
  experiments: readonly Experiment[],
  options: SubmitPlanOptions,
): Promise<Submitted> {
  if (options.after !== undefined) return submitTogether(project, experiments, options);
  const groups = Map.groupBy(experiments, (experiment) => getUnfinishedDependencies(project, experiment).join(' '));
  if (groups.size <= 1 && [...groups.keys()].every((after) => after === '')) {
    return submitTogether(project, experiments, options);
  }
  return submitInTurn(project, groups, options);
}

/** What waits for others, as it was once asked to, after those that are submitted with it. */
async function submitInTurn(
  project: Project,
  groups: ReadonlyMap<string, readonly Experiment[]>,
  options: SubmitPlanOptions,
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
  return together(all);
}

/** That what they wait for has failed is no reason not to submit the others. */
async function submitBehind(
  project: Project,
  experiments: readonly Experiment[],
  after: readonly string[],
  options: SubmitPlanOptions,
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
  options: SubmitPlanOptions,
): Promise<Submitted> {
  const { warnings } = await reconcile(project, { wait: true, ...(options.signal && { signal: options.signal }) });
  // A job must not wait for a parent that has ended by now: the scheduler may not know it any more.
  const waitsForOthers = experiments.some(({ record }) => Object.values(record.attempts).some(isOpen));
  const asksFirst = waitsForOthers || (options.after ?? []).length > 0;
  const looked = asksFirst ? (await refresh(project, nowMs())).warnings : [];
  await untilCancelledEnded(project, experiments, options);
  const sent = await sendPlanned(project, experiments, options);
  return { ...sent, warnings: [...new Set([...warnings, ...looked, ...sent.warnings])] };
}

async function sendPlanned(
  project: Project,
  experiments: readonly Experiment[],
  options: SubmitPlanOptions,
): Promise<Submitted> {
  const scheduler = await project.scheduler();
  const codes = new Codes(project, { dry: false });
  const current = reread(project, experiments);
  const fresh = options.fresh ? await rereadTemplates(project, current) : undefined;
  const plan = await planned(project, scheduler, codes, fresh?.experiments ?? current, options, {
    ...(fresh && { reread: fresh.reread }),
  });
  await checkStartsOf(project, plan.batches);
  if (!options.deferredOnly) await requirePackages(project, plan.batches);
  const inputs: CheckedInputs = options.deferredOnly
    ? { of: getRecordedInputs, warnings: [] }
    : await checkInputs(project, plan.batches, options);
  const sender = new SubmitPlanRunner(project, scheduler, options, plan, inputs.of);
  await recordThrottle(project, plan, options);
  const inVain = getAttemptRefs(plan.hopeless);
  await endInVain(project, inVain);
  const sent = await sender.sendAll();
  if (fresh !== undefined) await writeCopies(project, reread(project, fresh.experiments).filter(wasSubmitted));
  return { ...sent, warnings: [...plan.notes, ...inputs.warnings] };
}

/** A job that was cancelled may take a while to end: what comes after it waits at most this long. */
const ENDING_MS = 60_000;
const ENDING_LOOK_MS = 2_000;

async function untilCancelledEnded(
  project: Project,
  experiments: readonly Experiment[],
  { signal, progress }: SubmitPlanOptions,
): Promise<void> {
  for (const begunMs = nowMs(); nowMs() - begunMs < ENDING_MS;) {
    const ending = reread(project, experiments).filter(({ record }) => Object.values(record.attempts).some(isEnding));
    if (ending.length === 0) return;
    progress?.(0, ending.length, 'cancelled, whose jobs are still ending');
    await sleep(ENDING_LOOK_MS, signal);
    await refresh(project, nowMs());
  }
}

/**
 * Submits deferred experiments, as far as there is room now. Asks nothing if nothing is deferred. It is for
 * right after a refresh: what that showed is taken as it is.
 */
export async function submitDeferred(project: Project, options: Pick<SubmitOptions, 'signal'>): Promise<Submitted> {
  const all: Submitted[] = [];
  for (const { experiments, options: asked, most } of getDueDeferred(project)) {
    all.push(
      await sendGroup(project, experiments, { ...asked, ...options, ...(most && { most }), deferredOnly: true }),
    );
  }
  return together(all);
}

async function sendGroup(
  project: Project,
  experiments: readonly Experiment[],
  asked: SubmitPlanOptions,
): Promise<Submitted> {
  try {
    return await sendPlanned(project, experiments, asked);
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    const nothing = { submissions: [], nothingToDo: [], deferred: [] };
    if (error.code === 'after.ended') {
      await endInVain(project, getDeferredAttempts(experiments));
      return { ...nothing, warnings: [] };
    }
    const names = `${experiments[0]?.expId ?? ''}${experiments.length > 1 ? ` and ${experiments.length - 1} more` : ''}`;
    return { ...nothing, warnings: [`${names} is deferred and cannot be submitted: ${error.message}`] };
  }
}

function together(all: readonly Submitted[]): Submitted {
  return {
    submissions: all.flatMap(({ submissions }) => submissions),
    nothingToDo: all.flatMap(({ nothingToDo }) => nothingToDo),
    deferred: all.flatMap(({ deferred }) => deferred),
    warnings: [...new Set(all.flatMap(({ warnings }) => warnings))],
  };
}

/** The scripts as they would be given to the scheduler; nothing is written or claimed. */
export async function planDryRun(
  project: Project,
  experiments: readonly Experiment[],
  asked: SubmitOptions,
): Promise<DryRun> {
  const options = withAdviceAsked(asked);
  const scheduler = await project.scheduler();
  const codes = new Codes(project, { dry: true });
  const plan = await planned(project, scheduler, codes, experiments, options, { purpose: 'show' });
  await requireInputs(project, plan.batches);
  const scripts = await Promise.all(
    plan.batches.map(async (batch) => {
      const token = makeBatchToken(batch, '0'.repeat(TOKEN_RANDOM));
      const request = { token, batch, members: batch.members, after: [], options };
      const { script, firstRun } = await makeJobFiles(project, request);
      return {
        stage: batch.stage,
        expIds: batch.members.map(({ experiment }) => experiment.expId),
        script,
        run: firstRun,
        command: scheduler.command(callOf(project, request)),
        ...advisedOf(batch.members),
      };
    }),
  );
  const willRun = new Set(plan.batches.flatMap(({ members }) => members.map(({ experiment }) => experiment)));
  const full = await warnOfFullDisk(project, countRuns([...willRun]));
  return { scripts, nothingToDo: getNothingToDo(plan), warnings: [...plan.notes, ...full] };
}

/**
 * Plans the submission of experiments that do not exist yet, so that what would be refused is refused before anything
 * is made. @throws SheafError for whatever a submit would be refused for, but for what only the scheduler finds out at submission
 */
export async function checkSubmit(
  project: Project,
  drafts: readonly NamedDraft[],
  asked: SubmitOptions,
): Promise<Planned> {
  return checkPlanned(
    project,
    drafts.map((draft, i) => previewExperiment(draft, i)),
    asked,
  );
}

/** {@link checkSubmit} of experiments that exist. @returns what would be submitted */
export async function checkPlanned(
  project: Project,
  experiments: readonly Experiment[],
  asked: SubmitPlanOptions,
): Promise<Planned> {
  const scheduler = await project.scheduler();
  const codes = new Codes(project, { dry: true });
  const fresh = asked.fresh ? await rereadTemplates(project, experiments) : undefined;
  const plan = await planned(project, scheduler, codes, fresh?.experiments ?? experiments, withAdviceAsked(asked), {
    ...(fresh && { reread: fresh.reread }),
  });
  for (const { resources } of plan.batches) await scheduler.check?.(resources);
  await checkStartsOf(project, plan.batches);
  await requirePackages(project, plan.batches);
  await requireInputs(project, plan.batches);
  return plan;
}

/** An experiment as it would be if it was made, for plans. @param i tells it from others in the same plan */
export function previewExperiment({ expId, description, config, sweep, start }: NamedDraft, i = 0): Experiment {
  const key = asKey(`not-made-${i}`);
  const made = { atMs: nowMs(), user: userName(), host: hostName() };
  return {
    key,
    expId,
    createdMs: made.atMs,
    user: made.user,
    host: made.host,
    description,
    ...(sweep === undefined ? {} : { sweep }),
    config,
    settings: config.settings,
    record: { ...makeEmptyRecord(key), ...(start && { created: { stamp: '', value: { ...made, start } } }) },
  };
}

function advisedOf(members: readonly BatchMember[]): { readonly advised?: AdviceRecord } {
  const advised = members.find((member) => member.advised !== undefined)?.advised;
  return advised === undefined ? {} : { advised };
}

/** What a submission would do. */
export interface Planned extends Plan {
  /** Remarks about resources that the template does not state. */
  readonly notes: readonly string[];
}

/** @throws SheafError for whatever would be refused, before anything is claimed */
async function planned(
  project: Project,
  scheduler: Scheduler,
  codes: Codes,
  experiments: readonly Experiment[],
  options: SubmitPlanOptions,
  { reread, purpose }: Pick<PlanOptions, 'reread'> & { readonly purpose?: 'show' } = {},
): Promise<Planned> {
  const notes = new Set<string>();
  const { getAskedResources } = await import('../../template/index.ts');
  const advice = await chooseResources(project, scheduler, experiments, options);
  for (const note of advice.notes) notes.add(note);
  const given = await givenBy(advice, options.set);
  const limits = await limitFinder(project, scheduler, experiments, options.set);
  const plan = await planSubmission(project, experiments, {
    ...(options.stage === undefined ? {} : { stage: options.stage }),
    given,
    limited: limits.of,
    complete: async (resources) => {
      const completed = await scheduler.complete(resources, purpose);
      for (const note of completed.notes) notes.add(note);
      return completed.resources;
    },
    maxArraySize: () => scheduler.maxArraySize(),
    codes,
    asked: (want) => getAskedResources(runOf(project, want, NO_CODE)),
    again: options.again ?? false,
    ...(options.deferredOnly ? { deferredOnly: true } : {}),
    ...(reread && { reread }),
  });
  const batches = throttleBatches(plan.batches, (sweep) =>
    sweep === undefined ? options.maxParallel : throttleOf(project, sweep),
  );
  const mixed = options.deferredOnly ? [] : await warnOfMixedGpus(project, scheduler, plan.batches);
  return {
    ...plan,
    batches,
    notes: [...limits.notes, ...notes, ...mixed, ...codes.notes, ...(await describeDoubts(project, plan.batches))],
  };
}

/** What advice chose, and over it what was given by hand. */
async function givenBy(advice: ChosenResources, set: SubmitOptions['set'] = {}): Promise<PlanOptions['given']> {
  const byHand = await parseResourceOverrides(set);
  const { readResources } = await import('../../template/index.ts');
  const read = new Map<AdviceRecord, Given>();
  return (experiment, stage) => {
    const advised = advice.of(experiment, stage);
    if (advised === undefined) return { resources: byHand };
    const known = read.get(advised) ?? { resources: { ...readResources(advised.choice), ...byHand }, advised };
    read.set(advised, known);
    return known;
  };
}

/** Which code it is makes no difference to what a job asks for. */
const NO_CODE: CodeRecord = { mode: 'live' };

function throttleOf(project: Project, sweep: string): number | undefined {
  return project.store.sweep(sweep)?.maxParallel?.value ?? undefined;
}

/** A throttle that was given for a sweep holds for what of it is submitted later, too; one for a single member does not. */
async function recordThrottle(
  project: Project,
  plan: Plan,
  { maxParallel, deferredOnly }: SubmitPlanOptions,
): Promise<void> {
  if (maxParallel === undefined || deferredOnly) return;
  const members = plan.batches.flatMap((batch) => batch.members.map(({ experiment }) => experiment));
  const sweeps = Map.groupBy(new Set(members), ({ sweep }) => sweep ?? '');
  const changed = [...sweeps].filter(
    ([sweep, own]) => sweep !== '' && own.length > 1 && throttleOf(project, sweep) !== maxParallel,
  );
  await project.store.append(changed.map(([sweep]) => ({ type: 'throttled', sweep, maxParallel })));
}

/** A deferred experiment that waits for something that did not complete never runs. */
async function endInVain(project: Project, attempts: readonly AttemptRef[]): Promise<void> {
  if (attempts.length === 0) return;
  const said = 'what it waited for did not complete';
  await project.store.append([
    { type: 'state', attempts, fact: { kind: 'accounted', state: 'dependency', atMs: nowMs(), said } },
  ]);
}
