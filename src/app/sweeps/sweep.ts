import { basename, resolve } from 'node:path';
import { getStatedLimit } from '../../core/experiment/auto.ts';
import { inputError, SheafError } from '../../core/errors.ts';
import type { EventBody } from '../../core/experiment/event.ts';
import { parseName, type ExpId } from '../../core/ids.ts';
import { formatCount } from '../../core/text/phrases.ts';
import type { SweepRecord } from '../../core/experiment/record.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import {
  expand,
  extendSpace,
  parseMemberList,
  parseSpace,
  planSweep,
  readSpace,
  makeSweepIds,
  type SweepMember,
  type Space,
  type SweepPlan as MemberPlan,
} from '../../core/sweep/sweep.ts';
import { parseTimeLimit } from '../../core/units.ts';
import { isMap, areEqual, withoutUndefined, type ValueMap } from '../../core/value.ts';
import { yieldToEventLoop, getFileFacts, nowMs, randomSeed, readText } from '../../system/index.ts';
import { createExperiments, makeKey, type NamedDraft } from '../experiments/create.ts';
import { composeDraft, makeNotes } from '../experiments/new.ts';
import { claimNextSweepName, findNextName } from '../experiments/numbered-names.ts';
import { warnOfUnusedParameters } from '../experiments/unused-parameters.ts';
import { openTemplate, type OpenTemplate } from '../experiments/open-template.ts';
import { findSweep } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import type {
  NewSweep,
  Override,
  SpaceTexts,
  SubmitOptions,
  Submitted,
  SweepMade,
  SweepOptions,
  SweepPreview,
} from '../project/types.ts';
import { compareSettings } from '../experiments/settings-differences.ts';
import { checkSubmit, submitExperiments } from '../submit/submit.ts';
import { membersOf, partsOf } from './show-sweep.ts';

/** Members made in one append; up to this number are checked and kept, more are checked first and made again. */
const CHUNK = 1_000;
const KEPT = 2_000;

/** What all members of a sweep have in common, as recorded with it. */
interface Common extends Override {
  readonly description?: string;
  readonly tags?: readonly string[];
}

interface Prepared {
  readonly name: string;
  /** Nobody chose the name: it is the next one of the template, and not claimed yet. */
  readonly isUnclaimed?: boolean;
  readonly template: OpenTemplate;
  readonly templateName: string;
  readonly common: Common;
  /** The space of a new sweep; of an extension, what it adds. */
  readonly space: Space;
  readonly plan: MemberPlan;
  /** What the sweep had before it was extended. */
  readonly since?: MemberPlan;
  readonly ids: readonly ExpId[];
  readonly id?: string;
}

/**
 * What a sweep would make; nothing is changed.
 *
 * @param submit how its members are to be submitted, if they are
 * @param template that of the sweep if it is open already, or not saved yet
 * @throws SheafError for whatever would keep them from being made, or submitted
 */
export async function planNewSweep(
  project: Project,
  sweep: NewSweep,
  submit?: SubmitOptions,
  template?: OpenTemplate,
): Promise<SweepPreview> {
  return planOf(project, await prepareNew(project, sweep, template), submit);
}

async function planOf(project: Project, prepared: Prepared, submit: SubmitOptions | undefined): Promise<SweepPreview> {
  const plan = await summaryOf(project, prepared);
  if (submit !== undefined) await checkSubmit(project, differentDrafts(project, prepared), submit);
  return plan;
}

/** Of the members that are not there yet, one for each different configuration but for its parameters. */
function differentDrafts(project: Project, prepared: Prepared): NamedDraft[] {
  const different = new Map<string, NamedDraft>();
  for (const draft of drafts(prepared)) {
    const settings = JSON.stringify(draft.config.settings);
    if (!different.has(settings) && project.store.find(draft.expId) === undefined) different.set(settings, draft);
  }
  return [...different.values()];
}

/** Makes the members of a sweep. Repeating it makes what a crash left out. */
export async function createSweep(project: Project, sweep: NewSweep, options: SweepOptions = {}): Promise<SweepMade> {
  const prepared = await prepareNew(project, sweep);
  const known = project.store.sweep(prepared.name);
  if (known !== undefined && !isSameSweep(known, prepared)) throw sweepExists(prepared.name);
  return make(project, prepared, known === undefined, options);
}

export async function planExtension(
  project: Project,
  name: string,
  texts: SpaceTexts,
  submit?: SubmitOptions,
): Promise<SweepPreview> {
  return planOf(project, await prepareExtension(project, name, texts), submit);
}

/**
 * Submits a sweep whose members were just made.
 *
 * @throws SheafError that says that they were created and not submitted, and how to submit or to remove them
 */
export async function submitMade(project: Project, made: SweepMade, options: SubmitOptions): Promise<Submitted> {
  const members = [...project.store.select({ where: membersOf(made.name), nowMs: nowMs() })].toReversed();
  const then = submitOrRemove(made);
  let submitted: Submitted;
  try {
    submitted = await submitExperiments(project, members, options);
  } catch (error) {
    if (!(error instanceof SheafError) || made.created === 0) throw error;
    const [first, ...rest] = error.problems;
    const fix = [...(first.fix === undefined ? [] : [`${first.fix}, then:`]), ...then].join('\n');
    const now = `${formatCount(made.created, 'experiment')} ${made.created === 1 ? 'was' : 'were'} created but not submitted`;
    throw new SheafError([{ ...first, fix, now }, ...rest], error.exitCode, { cause: error });
  }
  const refused = submitted.submissions.filter(({ outcome }) => outcome.kind === 'refused');
  const count = refused.reduce((sum, submission) => sum + submission.members.length, 0);
  if (count === 0 || made.created === 0) return submitted;
  const words = `${formatCount(count, 'experiment')} ${count === 1 ? 'was' : 'were'} created but not submitted`;
  return { ...submitted, warnings: [...submitted.warnings, [`${words}:`, ...then].join('\n  ')] };
}

/** Commands for the members of a sweep that were not submitted. */
function submitOrRemove({ name, existed }: SweepMade): string[] {
  const which = existed === 0 ? `--sweep ${name}` : `--sweep ${name} --where "status = created"`;
  return [`submit them: sheaf submit ${which}`, `or remove them: sheaf rm ${which}`];
}

/** Adds values to a sweep: only members that it does not have yet are made. */
export async function extendSweep(
  project: Project,
  name: string,
  texts: SpaceTexts,
  options: SweepOptions = {},
): Promise<SweepMade> {
  return make(project, await prepareExtension(project, name, texts), true, options);
}

async function prepareNew(project: Project, sweep: NewSweep, opened?: OpenTemplate): Promise<Prepared> {
  const name = sweep.name === undefined ? findNextName(project, sweep.template) : parseName('sweep', sweep.name);
  const template = opened ?? (await openTemplate(project, sweep.template));
  const asked = withGrid(parseSpace(spaceOptions(sweep.space ?? {}, template), template.readValue), sweep.grid);
  const { flags, sets, params, description, tags } = sweep;
  const common = withoutUndefined({ flags, sets, params, description, tags });
  const space = recordedSpace(project, name, asked);
  const plan = planSweep(space);
  return {
    name,
    isUnclaimed: sweep.name === undefined,
    template,
    templateName: sweep.template,
    common,
    space,
    plan,
    ids: makeSweepIds(plan, naming(name, sweep.id)),
    ...(sweep.id === undefined ? {} : { id: sweep.id }),
  };
}

async function prepareExtension(project: Project, name: string, texts: SpaceTexts): Promise<Prepared> {
  const parts = partsOf(findSweep(project, name));
  const last = parts.at(-1);
  if (last === undefined) throw new Error(`sweep ${name} has no parts`);
  const template = await openTemplate(project, last.template);
  const base = wholeSpace(parts);
  const addition = parseSpace(spaceOptions(texts, template), template.readValue, base);
  const [plan, since] = [planSweep(extendSpace(base, addition)), planSweep(base)];
  return {
    name,
    template,
    templateName: last.template,
    common: last.fixed as Common,
    space: addition,
    plan,
    since,
    ids: makeSweepIds(plan, naming(name, last.id), since),
    ...(last.id === undefined ? {} : { id: last.id }),
  };
}

/** Values of a program, beside those that were read from texts. */
function withGrid(space: Space, grid: NewSweep['grid'] = {}): Space {
  const axes = Object.entries(grid).map(([name, values]) => ({ name, values: values.map((value) => ({ value })) }));
  return { ...space, grid: [...space.grid, ...axes] };
}

function naming(sweep: string, id: string | undefined): { sweep: string; template?: string } {
  return { sweep, ...(id === undefined ? {} : { template: id }) };
}

function spaceOptions(texts: SpaceTexts, template: OpenTemplate): Parameters<typeof parseSpace>[0] {
  const { grid, zip, random, from } = texts;
  return {
    ...(grid === undefined ? {} : { grid }),
    ...(zip === undefined ? {} : { zip }),
    ...(random === undefined
      ? {}
      : { random: { count: random.count, seed: random.seed ?? randomSeed() }, draw: random.draws }),
    ...(from === undefined ? {} : { list: memberList(from, template) }),
  };
}

function memberList(path: string, template: OpenTemplate): ReturnType<typeof parseMemberList> {
  if (getFileFacts(resolve(path), { follow: true })?.kind !== 'file') {
    throw inputError('sweep.from', `there is no file ${path}`, {
      fix: '--from FILE, a CSV or JSON file with one experiment a row',
      now: 'nothing was made',
    });
  }
  const kind = path.endsWith('.json') ? 'json' : 'csv';
  return parseMemberList(readText(resolve(path)), kind, basename(path), template.readValue);
}

/** A sweep with all its extensions. */
function wholeSpace(parts: readonly SweepRecord['parts'][string][]): Space {
  const [first, ...more] = parts.map(({ space }) => readSpace(space));
  if (first === undefined) throw new Error('a sweep without parts');
  return more.reduce(extendSpace, first);
}

/** The same sweep asked for again: then what is missing of it is made. */
function isSameSweep(record: SweepRecord, { space, templateName, common }: Prepared): boolean {
  const [first] = partsOf(record);
  return (
    first !== undefined &&
    first.template === templateName &&
    areEqual(withoutSeed(first.space as ValueMap), withoutSeed(space)) &&
    areEqual(first.fixed, common as ValueMap)
  );
}

/** A random sweep asked for again goes on with the seed that was drawn and recorded when it was first made. */
function recordedSpace(project: Project, name: string, asked: Space): Space {
  const record = project.store.sweep(name);
  const first = record && partsOf(record)[0];
  if (first === undefined || !areEqual(withoutSeed(first.space as ValueMap), withoutSeed(asked))) return asked;
  return readSpace(first.space);
}

/** A seed that was drawn and not given differs each time; the recorded one is kept. */
function withoutSeed(space: ValueMap): ValueMap {
  return isMap(space['random']) ? { ...space, random: { ...space['random'], seed: null } } : space;
}

function sweepExists(name: string): Error {
  return inputError('sweep.exists', `the sweep ${name} exists already, with other values`, {
    fix: `add values: sheaf sweep extend ${name} --grid …\nor choose another --name`,
    now: 'nothing was made',
  });
}

/** What is at most this is submitted without a question. */
const LARGE = { experiments: 10, gpuHours: 100 };

async function summaryOf(project: Project, prepared: Prepared): Promise<SweepPreview> {
  const { name, templateName, plan, ids } = prepared;
  const [first] = drafts(prepared);
  if (first === undefined) throw nothingNew(name);
  for (const some of chunks(ids)) {
    for (const { expId, sweep } of project.store.findAll(some).values()) if (sweep !== name) throw memberExists(expId);
  }
  const hours = gpuHours(first);
  const allHours = hours === undefined ? undefined : hours * Math.ceil(ids.length / packOf(first));
  return {
    name,
    template: templateName,
    count: ids.length,
    shape: plan.dimensions.map(({ names, rows }) => `${rows.length} ${names.join('+')}`).join(' × '),
    firstId: ids[0] ?? '',
    lastId: ids.at(-1) ?? '',
    ...(allHours === undefined ? {} : { gpuHours: allHours }),
    isLarge: ids.length > LARGE.experiments || (allHours ?? 0) > LARGE.gpuHours,
    warnings: [
      ...plan.dimensions.flatMap(({ part, dropped }) =>
        dropped === 0 ? [] : [`${dropped} members of the ${part} came twice and were left out`],
      ),
      ...first.warnings,
      ...warnOfUnusedParameters(prepared.template, first.config),
    ],
  };
}

function nothingNew(name: string): Error {
  return inputError('sweep.nothing_new', `the sweep ${name} has all of these members already`, {
    now: 'nothing was made',
  });
}

function memberExists(expId: ExpId): Error {
  return inputError('experiment.exists', `${expId} exists already and belongs to something else`, {
    fix: `choose another --name or --id pattern; to look at it: sheaf show ${expId}`,
    now: 'nothing was made',
  });
}

/** Members that share a job, and its GPUs. */
function packOf({ config }: NamedDraft): number {
  return config.settings.resources.pack?.size ?? 1;
}

/** GPU hours at most of one job; undefined without GPUs or without a time limit that is known yet. */
function gpuHours({ config }: NamedDraft): number | undefined {
  const { num_gpus = 0, num_nodes = 1, time_limit } = config.settings.resources;
  const limit = getStatedLimit(time_limit);
  if (num_gpus === 0 || limit === undefined) return undefined;
  return (num_gpus * num_nodes * parseTimeLimit(limit)) / 3600;
}

function* drafts(prepared: Prepared): Generator<NamedDraft & { readonly warnings: readonly string[] }> {
  const { name, template, common, plan, since, ids } = prepared;
  let i = 0;
  for (const member of expand(plan, since)) {
    const expId = ids[i];
    i += 1;
    if (expId === undefined) continue;
    yield { ...composeDraft(template, { ...common, expId }, overrides(member)), expId, sweep: name };
  }
}

function overrides(member: SweepMember): SweepMember {
  return new Map([...member].filter(([name]) => name !== 'exp_id'));
}

async function make(project: Project, prepared: Prepared, record: boolean, options: SweepOptions): Promise<SweepMade> {
  const plan = await summaryOf(project, prepared);
  // All are checked before the first is made: a wrong value in the last one changes nothing.
  const checked = plan.count <= KEPT ? [...drafts(prepared)] : countedOnly(drafts(prepared));
  const name = claimSweep(project, prepared);
  if (name !== prepared.name) return make(project, withName(prepared, name), record, options);
  const { maxParallel } = options;
  let also: EventBody[] = [
    ...(record ? [sweptEvent(prepared)] : []),
    ...(maxParallel === undefined ? [] : [{ type: 'throttled', sweep: name, maxParallel } as const]),
  ];
  let [created, existed] = [0, 0];
  const older = new Set<string>();
  for (const chunk of chunks(checked ?? drafts(prepared))) {
    await yieldToEventLoop();
    if (options.signal?.aborted) break;
    const known = project.store.findAll(chunk.map(({ expId }) => expId));
    const missing = chunk.filter(({ expId }) => !known.has(expId));
    if (missing.length > 0 || also.length > 0) await createExperiments(project, missing, also, options.signal);
    also = [];
    created += missing.length;
    existed += known.size;
    for (const name of chunk.flatMap((draft) => otherSettings(known.get(draft.expId), draft))) older.add(name);
    options.progress?.(created, plan.count, 'made');
  }
  const first = project.store.find(plan.firstId);
  const notes = first === undefined ? [] : await makeNotes(project, first);
  const warnings = [...plan.warnings, ...olderWords(prepared.name, older), ...notes];
  return { ...plan, created, existed, ...withoutUndefined({ maxParallel }), warnings };
}

/** Claims the name of a sweep, also one that a person chose: then no later number means something else. @returns it */
function claimSweep(project: Project, { name, isUnclaimed = false, templateName }: Prepared): string {
  if (isUnclaimed) return claimNextSweepName(project, templateName, makeKey());
  project.store.claims.takeSweepName(name, makeKey());
  return name;
}

/** The same sweep, if another command took its name first. */
function withName(prepared: Prepared, name: string): Prepared {
  return { ...prepared, name, isUnclaimed: false, ids: makeSweepIds(prepared.plan, naming(name, prepared.id)) };
}

/** Names of settings that a member has otherwise than it would be made with now. */
function otherSettings(known: Experiment | undefined, { config }: NamedDraft): string[] {
  return known === undefined ? [] : compareSettings(known.settings, config.settings).map(({ name }) => name);
}

/** What exists is never overwritten, even if the mistake in it was corrected since. */
function olderWords(sweep: string, names: ReadonlySet<string>): string[] {
  if (names.size === 0) return [];
  const which = `--sweep ${sweep} --where "status = created"`;
  return [
    `members that existed already keep the settings they were made with; ${[...names].join(', ')} changed since ` +
      `(sheaf rm ${which} removes those that never ran, and the same command then makes them again)`,
  ];
}

/** Goes through all drafts for their errors alone: memory stays flat however large the sweep. */
function countedOnly(all: Iterable<NamedDraft>): undefined {
  for (const _ of all);
  return undefined;
}

function* chunks<T>(all: Iterable<T>): Generator<T[]> {
  let chunk: T[] = [];
  for (const one of all) {
    chunk.push(one);
    if (chunk.length === CHUNK) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

function sweptEvent({ name, templateName, space, ids, id, common }: Prepared): EventBody {
  return {
    type: 'swept',
    sweep: name,
    template: templateName,
    space,
    count: ids.length,
    ...(id === undefined ? {} : { id }),
    fixed: common as ValueMap,
  };
}
