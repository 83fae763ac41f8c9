import { inputError } from '../../core/errors.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import type { ExpId } from '../../core/ids.ts';
import type { Value } from '../../core/value.ts';
import { withStart } from '../checkpoints/start-point.ts';
import { warnOfFullDisk } from '../disk/warn-of-full-disk.ts';
import type { NamedDraft } from '../experiments/create.ts';
import type { OpenTemplate } from '../experiments/open-template.ts';
import { warnOfUnusedParameters } from '../experiments/unused-parameters.ts';
import type { Project } from '../project/project.ts';
import type { NewSweep, SpaceTexts, SubmitOptions, SweepPreview } from '../project/types.ts';
import { makeTrialId } from '../../core/sweep/sweep.ts';
import { getHours, pricePlan } from '../submit/price.ts';
import { checkSubmit } from '../submit/submit.ts';
import { countRepetitions, planSearch } from './plan-search.ts';
import { noSeed } from './resolve-search.ts';
import {
  type PreparedSweep,
  splitIntoChunks,
  composeDrafts,
  composeExample,
  prepareExtension,
  prepareNewSweep,
} from './prepare-sweep.ts';

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
  return planOf(project, await prepareNewSweep(project, sweep, template), submit);
}

/** What an extension of a sweep would make; as {@link planNewSweep}. */
export async function planExtension(
  project: Project,
  name: string,
  texts: SpaceTexts,
  submit?: SubmitOptions,
): Promise<SweepPreview> {
  return planOf(project, await prepareExtension(project, name, texts), submit);
}

async function planOf(
  project: Project,
  prepared: PreparedSweep,
  submit: SubmitOptions | undefined,
): Promise<SweepPreview> {
  const plan = await summarizeSweep(project, prepared);
  if (submit === undefined) return plan;
  const different = findDifferentDrafts(project, prepared);
  const drafts = different.map(({ draft }) => withStart(draft, prepared.findStart));
  const planned = await checkSubmit(project, await Promise.all(drafts), submit);
  const counts = new Map(different.map(({ draft, count }) => [draft.expId, count]));
  const price = await pricePlan(project, planned, ({ expId }) => counts.get(expId) ?? 1);
  const full = await warnOfFullDisk(project, [{ template: plan.template, runs: plan.count }]);
  return { ...plan, price, warnings: [...plan.warnings, ...full] };
}

interface DifferentDraft {
  readonly draft: NamedDraft;
  /** Members that it stands for, with itself. */
  count: number;
}

/**
 * Of the members that are not there yet, one for each different configuration but for its parameters; those that decide
 * which data a member reads count.
 */
function findDifferentDrafts(project: Project, prepared: PreparedSweep): DifferentDraft[] {
  if (prepared.search?.propose !== undefined) {
    const draft = composeExample(prepared);
    const { trials } = prepared.search.propose;
    return draft === undefined ? [] : [{ draft, count: trials + countRepetitions(prepared.search, trials) }];
  }
  const different = new Map<string, DifferentDraft>();
  for (const draft of composeDrafts(prepared)) {
    if (project.store.find(draft.expId) !== undefined) continue;
    const key = JSON.stringify([draft.config.settings, getPathParameters(draft)]);
    const same = different.get(key);
    if (same === undefined) different.set(key, { draft, count: 1 });
    else same.count += 1;
  }
  return [...different.values()];
}

/** The parameters whose names are in the paths of inputs. */
function getPathParameters({ config: { params, settings } }: NamedDraft): [name: string, value: Value][] {
  const inputs = stagesOf(settings).flatMap(({ run }) => Object.values(run.inputs ?? {}));
  const paths = inputs.map(({ path }) => path).filter((path) => path.includes('{'));
  return paths.length === 0 ? [] : Object.entries(params).filter(([name]) => paths.some((path) => path.includes(name)));
}

/** What is at most this is submitted without a question. */
const LARGE = { experiments: 10, gpuHours: 100 };

/** @throws SheafError `sweep.nothing_new`, `experiment.exists`, and for a first member that is wrong */
export async function summarizeSweep(project: Project, prepared: PreparedSweep): Promise<SweepPreview> {
  const { name, templateName, plan, search } = prepared;
  const first = composeExample(prepared);
  if (first === undefined) throw nothingNew(name);
  if (search?.confirm !== undefined && first.config.seeds.length === 0) throw noSeed();
  await withStart(first, prepared.findStart);
  const { ids, count, shape } = describeMembers(prepared);
  for (const some of splitIntoChunks(ids)) {
    for (const { expId, sweep } of project.store.findAll(some).values()) if (sweep !== name) throw memberExists(expId);
  }
  const { resources } = first.config.settings;
  const { gpuHours = 0, cpuHours = 0 } = getHours(resources);
  const repetitions = search === undefined ? 0 : countRepetitions(search, count);
  const jobs = Math.ceil((count + repetitions) / packOf(first));
  return {
    name,
    template: templateName,
    count,
    ...(prepared.since && { total: plan.count }),
    shape,
    firstId: ids[0] ?? prepared.id ?? '',
    lastId: ids.at(-1) ?? prepared.id ?? '',
    ...(gpuHours > 0 && { gpuHours: gpuHours * jobs }),
    ...(cpuHours > 0 && { cpuHours: cpuHours * jobs }),
    ...(search && { search: await planSearch(project, search, { template: templateName, resources, trials: count }) }),
    isLarge: count > LARGE.experiments || gpuHours * jobs > LARGE.gpuHours,
    warnings: [
      ...plan.dimensions.flatMap(({ part, dropped }) =>
        dropped === 0 ? [] : [`${dropped} members of the ${part} came twice and were left out`],
      ),
      ...first.warnings,
      ...warnOfUnusedParameters(prepared.template, first.config),
    ],
  };
}

/** What the members are called, as far as that is known, and what tells them apart. */
function describeMembers({ name, plan, ids, id, search }: PreparedSweep): {
  readonly ids: readonly ExpId[];
  readonly count: number;
  readonly shape: string;
} {
  const { propose } = search ?? {};
  if (propose === undefined) {
    const shape = plan.dimensions.map(({ names, rows }) => `${rows.length} ${names.join('+')}`).join(' × ');
    return { ids, count: ids.length, shape };
  }
  const count = propose.trials;
  const known = id === undefined ? Array.from({ length: count }, (_, i) => makeTrialId({ sweep: name }, i)) : [];
  return { ids: known, count, shape: plan.dimensions.flatMap(({ names }) => names).join(' × ') };
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
