import { inputError } from '../../core/errors.ts';
import { describeExpected, describeRepetitions, describeRungs, describeSearch } from '../../core/search/index.ts';
import { withoutUndefined } from '../../core/value.ts';
import { ACTION_RESOURCES } from '../../core/settings/action-resources.ts';
import type { Settings } from '../../core/settings/settings.ts';
import { formatCount } from '../../core/text/phrases.ts';
import type { NamedDraft, Draft } from '../experiments/create.ts';
import { composeClone, composeDraft, listDifferences } from '../experiments/new.ts';
import { findNextName } from '../experiments/numbered-names.ts';
import { openTemplate } from '../experiments/open-template.ts';
import { compareSettings } from '../experiments/settings-differences.ts';
import { warnOfUnusedParameters } from '../experiments/unused-parameters.ts';
import type { Project } from '../project/project.ts';
import type {
  Difference,
  NewExperiment,
  NewSweep,
  Price,
  SearchPlan,
  SpaceTexts,
  SweepPreview,
} from '../project/types.ts';
import { pricePlan } from '../submit/price.ts';
import { checkSubmit } from '../submit/submit.ts';
import { requireMaxParallel } from '../sweeps/prepare-sweep.ts';
import { planExtension, planNewSweep } from '../sweeps/preview-sweep.ts';
import type { ActionOfMaking, ActionPlan, Making, Space } from './action.ts';
import { writeActionCommand } from './action-command.ts';
import { makePlanId } from './plan-id.ts';
import { getSubmitOptions } from './submit-options.ts';

type OfExperiment = Extract<ActionOfMaking, { readonly kind: 'new' | 'clone' }>;
type OfSweep = Extract<ActionOfMaking, { readonly kind: 'sweep' | 'extend' }>;

/** What would be made. @throws SheafError for whatever would be refused */
export async function planMaking(project: Project, action: ActionOfMaking): Promise<ActionPlan> {
  return action.kind === 'sweep' || action.kind === 'extend'
    ? planSweep(project, action)
    : planExperiment(project, action);
}

/** As `create` takes it. */
export function toNewExperiment(action: OfExperiment & { readonly kind: 'new' }): NewExperiment {
  const { template, expId, description, tags, notes } = action;
  return { template, ...toSets(action), ...withoutUndefined({ expId, description, tags, notes }) };
}

/** As `createSweep` takes it. */
export function toNewSweep(action: OfSweep & { readonly kind: 'sweep' }): NewSweep {
  const { template, name, description, tags, search } = action;
  return {
    template,
    ...toSets(action),
    space: toSpaceTexts(action),
    ...withoutUndefined({ name, description, tags, search }),
  };
}

/** Parameters and resources, as `--set` has them. */
export function toSets({ params, resources }: Making): { readonly sets: { readonly [path: string]: string } } {
  return { sets: { ...params, ...resources } };
}

/** As the command line has it. */
export function toSpaceTexts({ grid, zip, random }: Space): SpaceTexts {
  const write = (texts: Space['grid'] = {}): string[] => Object.entries(texts).map(([name, text]) => `${name}=${text}`);
  return {
    ...(grid && { grid: write(grid) }),
    ...(zip && { zip: write(zip) }),
    ...(random && { random: { ...random, draws: write(random.draws) } }),
  };
}

async function planExperiment(project: Project, action: OfExperiment): Promise<ActionPlan> {
  const { draft, differs, warnings } = await composeAction(project, action);
  const price = action.submit === true ? await priceDraft(project, draft) : undefined;
  const title = `${action.kind === 'new' ? 'Create' : 'Clone as'} ${draft.expId}${price ? ' and submit it' : ''}`;
  const lines = [
    `From ${action.kind === 'new' ? `template ${action.template}` : action.id}`,
    ...(differs.length === 0 ? ['All values are the same'] : differs.map(describeDifference)),
  ];
  const command = writeActionCommand(action, draft.expId);
  const id = makePlanId(action, title, lines, draft.config.params, draft.config.settings);
  return { title, lines, count: 1, ...(price && { price }), command, warnings, id };
}

interface Composed {
  readonly draft: NamedDraft;
  readonly differs: readonly Difference[];
  readonly warnings: readonly string[];
}

/** What an experiment would be. @throws SheafError for whatever would be refused */
export async function composeAction(project: Project, action: OfExperiment): Promise<Composed> {
  if (action.kind === 'clone') {
    const { id, newId, description, tags } = action;
    const changes = { ...toSets(action), ...withoutUndefined({ description, tags }) };
    const { source, draft, warnings } = await composeClone(project, id, newId, changes);
    refuseOtherSettings(source.settings, draft.config.settings);
    const { differs } = listDifferences(source.config, draft.config, source.settings);
    return { draft: withName(project, draft, source.config.template), differs, warnings };
  }
  const template = await openTemplate(project, action.template);
  const { warnings, ...draft } = composeDraft(template, toNewExperiment(action));
  const settings = template.loaded.settings.value;
  refuseOtherSettings(settings, draft.config.settings);
  return {
    draft: withName(project, draft, action.template),
    ...listDifferences(template.defaults, draft.config, settings),
    warnings: [...warnings, ...warnOfUnusedParameters(template, draft.config)],
  };
}

/** @throws SheafError `experiment.exists` */
function withName(project: Project, draft: Draft, template: string): NamedDraft {
  const expId = draft.expId ?? findNextName(project, template);
  if (project.store.find(expId) === undefined) return { ...draft, expId };
  throw inputError('experiment.exists', `${expId} exists already`, { fix: 'choose another name' });
}

/**
 * What a page sends is read key by key before it comes here; whatever may be wrong with that, nothing but resources is
 * ever set.
 *
 * @throws SheafError `action.setting`
 */
function refuseOtherSettings(before: Settings, after: Settings): void {
  const allowed: readonly string[] = ACTION_RESOURCES;
  const other = compareSettings(before, after).find(({ name }) => !allowed.includes(name));
  if (other === undefined) return;
  throw inputError('action.setting', `the dashboard may not set ${other.name}`, {
    why: `it sets parameters and ${ACTION_RESOURCES.join(', ')}`,
    fix: 'use the command line, or change the template',
  });
}

async function priceDraft(project: Project, draft: NamedDraft): Promise<Price> {
  return pricePlan(project, await checkSubmit(project, [draft], {}));
}

function describeDifference({ name, before = 'not set', after = 'not set' }: Difference): string {
  return `${name}: ${before} → ${after}`;
}

async function planSweep(project: Project, action: OfSweep): Promise<ActionPlan> {
  const submit = action.submit === true ? getSubmitOptions({ ...action, resources: {} }) : undefined;
  const preview =
    action.kind === 'sweep'
      ? await planNewSweep(project, toNewSweep(action), submit)
      : await planExtension(project, action.name, toSpaceTexts(action), submit);
  const { name, count, firstId, lastId, gpuHours, cpuHours, search, warnings } = preview;
  requireMaxParallel(project, { name, search: search?.search }, action);
  const title = `${action.kind === 'sweep' ? 'Create sweep' : 'Extend sweep'} ${name}${submit ? ' and submit it' : ''}`;
  const lines = [
    describeMembers(action, preview),
    count === 1 ? firstId : `${firstId} to ${lastId}`,
    ...(search === undefined ? [] : describePlannedSearch(search)),
    ...Object.entries(action.kind === 'sweep' ? toSets(action).sets : {}).map(([key, text]) => `${key}: ${text}`),
  ];
  const price = preview.price && withThrottle(preview.price, action);
  const id = makePlanId(action, title, lines, gpuHours, cpuHours);
  const command = writeActionCommand(action);
  // What runs in the meantime changes it, and nothing of what is made.
  const expected = search === undefined ? [] : [`Expected: ${describeExpected(search.expected)}`];
  return { title, lines: [...lines, ...expected], count, ...(price && { price }), command, warnings, id };
}

function describeMembers({ kind }: OfSweep, { count, shape, search }: SweepPreview): string {
  const members = formatCount(count, 'experiment');
  if (search?.search.propose !== undefined) return `At most ${members} over ${shape}`;
  if (shape === '') return members;
  return `${members}${kind === 'extend' ? ', the rest of' : ':'} ${shape}`;
}

function describePlannedSearch({ search, rungs }: SearchPlan): string[] {
  const repetitions = describeRepetitions(search);
  return [
    `Search: ${describeSearch(search)}`,
    ...(search.stop === undefined ? [] : [`Rungs: ${describeRungs(rungs, search.stop)}`]),
    ...(repetitions === undefined ? [] : [`At most ${repetitions}`]),
  ];
}

/** The sweep does not have it yet. */
function withThrottle(price: Price, { maxParallel }: OfSweep): Price {
  return maxParallel === undefined ? price : { ...price, limits: [...price.limits, `at most ${maxParallel} at once`] };
}
