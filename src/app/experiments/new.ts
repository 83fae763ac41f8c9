import { type OpenTemplate, openTemplate, type Values } from './open-template.ts';
import type { Frozen } from '../../core/experiment/frozen.ts';
import { parseExpId } from '../../core/ids.ts';
import { RESOURCE_KEYS } from '../../core/settings/reserved.ts';
import type { Resources, Settings } from '../../core/settings/settings.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { SweepMember } from '../../core/sweep/sweep.ts';
import { toPointer, areEqual, type Value } from '../../core/value.ts';
import { toJsonText, selectNumberSources } from '../../core/number-source.ts';
import type { GivenValue, Overrides } from '../../template/index.ts';
import { getEditedResources, withAsked, withByHand } from './edited-settings.ts';
import { getCodeNotes } from '../project/code-notes.ts';
import { findStartsOnce, withStart } from '../checkpoints/start-point.ts';
import { getStart } from '../checkpoints/start-file.ts';
import { createExperiments, type Draft } from './create.ts';
import { findExperiment } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import { compareSettings } from './settings-differences.ts';
import type { Created, Difference, NewExperiment, Override } from '../project/types.ts';
import { checkTags } from './edit.ts';
import { warnOfUnusedParameters } from './unused-parameters.ts';

/** What is given for an experiment beside its parameters; if absent, the template's value counts. */
export interface ExperimentHeading extends Override {
  readonly expId?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly notes?: string;
}

/** @throws SheafError for all that is wrong with the values, before anything is made */
export function composeDraft(
  template: OpenTemplate,
  identity: ExperimentHeading,
  member: SweepMember = new Map(),
): Draft & { warnings: readonly string[] } {
  const composed = template.compose(toOverrides(identity, member));
  const tags = [...new Set([...composed.tags, ...(identity.tags ?? [])])];
  checkTags(tags);
  const expId = identity.expId ?? composed.expId;
  return {
    expId: expId === undefined ? undefined : parseExpId(expId),
    description: identity.description ?? composed.description,
    tags,
    notes: [...composed.notes, ...(identity.notes === undefined ? [] : [identity.notes])],
    config: composed.frozen,
    warnings: composed.warnings,
  };
}

/** Parameters, and how their numbers are written. */
export function toOverrides({ flags = {}, sets = {}, params = {} }: Override, member: SweepMember): Overrides {
  const values: GivenValue[] = [
    ...Object.entries(params).map(([name, value]) => ({ pointer: toPointer(...name.split('.')), value })),
    ...[...member].map(([name, { value, written }]) => ({
      pointer: toPointer(...name.split('.')),
      value,
      ...(written === undefined ? {} : { written }),
    })),
  ];
  return {
    flags: Object.entries(flags).map(([name, texts]) => ({ name, texts })),
    sets: Object.entries(sets).map(([path, text]) => ({ path, text })),
    values,
  };
}

export async function createNewExperiment(project: Project, request: NewExperiment): Promise<Created> {
  const template = await openTemplate(project, request.template);
  const { warnings, ...draft } = composeDraft(template, request);
  const experiment = await createOne(project, draft);
  return {
    experiment,
    ...listDifferences(template.defaults, draft.config, template.loaded.settings.value),
    warnings: [
      ...warnings,
      ...warnOfUnusedParameters(template, draft.config),
      ...(await makeNotes(project, experiment)),
    ],
  };
}

function valueText({ params, written }: Values, name: string): string {
  const value = params[name] ?? null;
  return typeof value === 'string' ? value : toJsonText(value, selectNumberSources(written, toPointer(name)));
}

/** What a clone has that its source has not. */
export interface CloneChanges extends Override {
  readonly description?: string;
  readonly tags?: readonly string[];
  /** Command, stages, environment and resources are those of the template now; what was given by hand stays. */
  readonly fresh?: boolean;
}

/** The same parameters, resources and command under another name, with changes. */
export async function cloneExperiment(
  project: Project,
  expId: string,
  newId: string | undefined,
  changes: CloneChanges,
): Promise<Created> {
  const { source, draft, warnings } = await composeClone(project, expId, newId, changes);
  const experiment = await createOne(project, draft);
  return {
    experiment,
    ...listDifferences(source.config, draft.config, source.config.settings),
    warnings: [...warnings, ...(await makeNotes(project, experiment))],
  };
}

/** The clone as it is to be made. */
export async function composeClone(
  project: Project,
  expId: string,
  newId: string | undefined,
  changes: CloneChanges,
): Promise<{ readonly source: Experiment; readonly draft: Draft; readonly warnings: readonly string[] }> {
  const source = findExperiment(project, expId);
  const template = await openTemplate(project, source.config.template);
  const { warnings, ...draft } = composeDraft(
    template,
    { ...changes, description: changes.description ?? source.description },
    new Map([...paramsOf(source.config), ...getEditedResources(template, source.config)]),
  );
  const now = withByHand(draft.config.settings, source.config);
  const base = changes.fresh ? now : source.config.settings;
  const config = { ...draft.config, settings: settingsFrom(base, draft.config.settings, changes) };
  const name = newId === undefined ? undefined : parseExpId(newId);
  const start = listAsked(changes).has('start_from') ? undefined : getStart(source);
  const changed = Object.keys(config.params).filter(
    (param) => !areEqual(config.params[param], source.config.params[param]),
  );
  const unused = warnOfUnusedParameters(template, config, changed);
  const older = changes.fresh ? [] : olderSettings(source, settingsFrom(now, draft.config.settings, changes), config);
  return {
    source,
    draft: { ...draft, expId: name, config, ...(start && { start }) },
    warnings: [...warnings, ...unused, ...older],
  };
}

/** Said when an experiment is made. */
export function makeNotes(project: Project, experiment: Experiment): Promise<string[]> {
  return getCodeNotes(project, experiment, experiment.record.created?.value.git !== undefined);
}

/** A clone of settings that the template no longer has may repeat a mistake that was corrected there. */
function olderSettings({ expId, config }: Experiment, now: Settings, { settings }: Frozen): string[] {
  const names = compareSettings(settings, now).map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    `${names.join(', ')} changed in template ${config.template} since ${expId} was made; ` +
      `the clone has what ${expId} has (sheaf clone --fresh takes what the template says now)`,
  ];
}

async function createOne(project: Project, draft: Draft): Promise<Experiment> {
  const [expId = ''] = await createExperiments(project, [await withStart(draft, findStartsOnce(project))]);
  return findExperiment(project, expId);
}

/** The parameters of an experiment, as a template takes them. */
export function paramsOf({ params, written }: Frozen): SweepMember {
  return new Map(
    Object.entries(params)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, { value, written: selectNumberSources(written, toPointer(name)) }]),
  );
}

/** Settings are those of the source, also when its template has changed since; except for what is requested. */
function settingsFrom(source: Settings, composed: Settings, changes: Override): Settings {
  const { flags = {}, sets = {} } = changes;
  const asked = listAsked(changes);
  const changed = Object.entries(composed.resources).filter(
    ([name]) => RESOURCE_KEYS.includes(name) && asked.has(name),
  );
  const resources: Resources = { ...source.resources, ...Object.fromEntries(changed) };
  const runs = asked.has('command') || asked.has('stages') ? composed : source;
  const paths = [...Object.keys(flags), ...Object.keys(sets)].map((name) => name.split('.'));
  return { ...paths.reduce((settings, path) => withAsked(settings, composed, path), runs), resources };
}

/** The keys that are given by hand. */
function listAsked({ flags = {}, sets = {} }: Override): ReadonlySet<string> {
  return new Set(
    [...Object.keys(flags), ...Object.keys(sets)].map((name) => (name.split('.')[0] ?? '').replaceAll('-', '_')),
  );
}

function settingText(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function textIfSet<K extends 'before' | 'after'>(key: K, values: Values, name: string): { [P in K]?: string } {
  return (values.params[name] ?? null) === null ? {} : ({ [key]: valueText(values, name) } as { [P in K]: string });
}

/**
 * What is otherwise than in a template or another experiment.
 *
 * @param settings those that it is compared with
 */
export function listDifferences(before: Values, after: Frozen, settings: Settings): Pick<Created, 'differs' | 'same'> {
  const names = [...new Set([...Object.keys(before.params), ...Object.keys(after.params)])];
  const differs = names
    .filter((name) => !areEqual(before.params[name], after.params[name]))
    .map((name): Difference => ({ name, ...textIfSet('before', before, name), ...textIfSet('after', after, name) }));
  const set = compareSettings(settings, after.settings).map(({ name, before: was, after: is }): Difference => ({
    name,
    ...(was === undefined ? {} : { before: settingText(was) }),
    ...(is === undefined ? {} : { after: settingText(is) }),
  }));
  return { differs: [...differs, ...set], same: names.length - differs.length };
}
