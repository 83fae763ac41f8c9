import { inputError } from '../../core/errors.ts';
import { COMMAND_LINE } from '../../core/experiment/frozen.ts';
import type { Key } from '../../core/ids.ts';
import { memoize } from '../../core/text/memoize.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { toPointer } from '../../core/value.ts';
import { getSettingsOrigins, withVersion } from '../../core/experiment/version.ts';
import { type Reread } from '../../core/experiment/facts.ts';
import { findEditedPaths, getEditedResources, withByHand } from './edited-settings.ts';
import { toOverrides, paramsOf } from './new.ts';
import { openTemplate, type OpenTemplate } from './open-template.ts';
import type { Project } from '../project/project.ts';
import { freeName } from './rerun.ts';

/** Experiments with the settings of their templates as these are now, and what was reread for each. */
export interface RereadResult {
  readonly experiments: readonly Experiment[];
  readonly reread: ReadonlyMap<Key, Reread>;
}

/**
 * Rereads what experiments take from their templates: command, stages, environment, resources. Parameters stay, and so
 * does what was given by hand when an experiment was made.
 *
 * @throws SheafError `fresh.*`, `template.*` and what else is wrong with a template; nothing is changed
 */
export async function rereadTemplates(project: Project, experiments: readonly Experiment[]): Promise<RereadResult> {
  const templates = openTemplatesOnce(project);
  const reread = new Map<Key, Reread>();
  const refreshed: Experiment[] = [];
  for (const experiment of experiments) {
    const found = rereadOne(project, await templates(experiment.config.template), experiment);
    reread.set(experiment.key, found);
    refreshed.push(withReread(experiment, found));
  }
  return { experiments: refreshed, reread };
}

/** Opens each template once. */
export function openTemplatesOnce(project: Project): (name: string) => Promise<OpenTemplate> {
  return memoize(String, (name: string) => openTemplate(project, name));
}

/** What the template gives an experiment now. @throws SheafError as {@link rereadTemplates} */
export function rereadOne(project: Project, template: OpenTemplate, experiment: Experiment): Reread {
  const { config } = experiment;
  const { parameters } = template.loaded;
  const known = [...paramsOf(config)].filter(([name]) => parameters.has(name));
  const given = new Map([...known, ...getEditedResources(template, config)]);
  const { frozen } = template.compose(toOverrides({}, given));
  const added = Object.keys(frozen.params).find(
    (name) => frozen.params[name] !== null && !Object.hasOwn(config.params, name),
  );
  if (added !== undefined) throw newParameter(project, template, experiment, added);
  const { sources, at } = getSettingsOrigins(frozen.origins);
  const byHand = findEditedPaths(config).map((path) => [toPointer(...path), [sources.length]]);
  return {
    settings: withByHand(frozen.settings, config),
    origins: { sources: [...sources, COMMAND_LINE], at: { ...at, ...Object.fromEntries(byHand) } },
  };
}

function newParameter(project: Project, { name, loaded }: OpenTemplate, { expId }: Experiment, added: string): Error {
  return inputError(
    'fresh.parameter',
    `${expId} has no value for ${added}, a parameter that template ${name} now has`,
    {
      at: { file: loaded.path },
      why: 'the parameters of an experiment never change',
      fix: `sheaf clone ${expId} ${freeName(project, expId, '_fresh')} --fresh`,
      now: 'nothing was submitted',
    },
  );
}

/** Also of one that reads what it is made of only when it is used. */
function withReread(
  { key, expId, createdMs, user, host, description, sweep, config, record }: Experiment,
  reread: Reread,
): Experiment {
  const changed = withVersion(config, reread);
  return {
    key,
    expId,
    createdMs,
    user,
    host,
    description,
    ...(sweep === undefined ? {} : { sweep }),
    config: changed,
    settings: changed.settings,
    record,
  };
}
