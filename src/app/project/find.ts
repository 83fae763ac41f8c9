import { inputError } from '../../core/errors.ts';
import { findNearest, suggestName } from '../../core/text/nearest.ts';
import type { Attempt } from '../../core/experiment/attempt.ts';
import { attemptName, type SweepRecord } from '../../core/experiment/record.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Project } from './project.ts';

/** Names looked at for a suggestion. */
const SUGGEST_FROM = 5_000;

/** @throws SheafError `experiment.sweep` for the name of a sweep; `experiment.unknown` with the nearest names */
export function findExperiment(project: Project, expId: string): Experiment {
  const experiment = project.store.find(expId);
  if (experiment !== undefined) return experiment;
  // Sweeps are named like experiments, so one may be meant.
  if (project.store.sweep(expId) !== undefined) {
    throw inputError('experiment.sweep', `${expId} is a sweep, not an experiment`, {
      fix: `sheaf list --sweep ${expId} shows its experiments`,
      now: 'nothing was changed',
    });
  }
  throw inputError('experiment.unknown', `there is no experiment "${expId}"`, {
    fix: fixUnknown(project, expId),
    now: 'nothing was changed',
  });
}

function fixUnknown({ store }: Project, name: string): string {
  if (/[*?]/.test(name)) return `for all that match a pattern: --where 'exp_id ~ "${name}"'`;
  return suggestName(name, store.recentNames(SUGGEST_FROM), 'to see what there is: sheaf list');
}

/** An attempt of an experiment. @param name `train-2` @throws SheafError `attempt.unknown` */
export function findAttempt({ expId, record }: Experiment, name: string): Attempt {
  const attempt = Object.values(record.attempts).find((each) => attemptName(each) === name);
  if (attempt !== undefined) return attempt;
  throw inputError('attempt.unknown', `${expId} has no attempt ${name}`, { fix: `sheaf show ${expId} lists them` });
}

/** What to look into before a job exists: an experiment, or a template with its defaults. */
export type Target = { readonly expId: string } | { readonly template: string };

/** What a name means: the experiment of this name; without one, the template. @throws SheafError `experiment.unknown` */
export async function findTarget(project: Project, name: string): Promise<Target> {
  if (project.store.find(name) !== undefined) return { expId: name };
  const { listTemplates } = await import('../../template/index.ts');
  const templates = listTemplates(project.root);
  if (templates.includes(name)) return { template: name };
  const [near] = findNearest(name, templates);
  if (near === undefined) return { expId: findExperiment(project, name).expId };
  throw inputError('experiment.unknown', `there is no experiment or template "${name}"`, {
    fix: `did you mean ${near}?`,
    now: 'nothing was changed',
  });
}

/** The same experiments as the record has them now; those that are gone are left out. */
export function reread(project: Project, experiments: readonly Experiment[]): Experiment[] {
  const found = project.store.findAll(experiments.map(({ expId }) => expId));
  return experiments.map(({ expId }) => found.get(expId)).filter((experiment) => experiment !== undefined);
}

/** @throws SheafError `sweep.unknown` with the nearest names */
export function findSweep(project: Project, name: string): SweepRecord {
  const record = project.store.sweep(name);
  if (record !== undefined) return record;
  throw inputError('sweep.unknown', `there is no sweep "${name}"`, {
    fix: suggestName(name, project.store.knownNames('sweeps'), 'make one: sheaf sweep TEMPLATE NAME --grid …'),
    now: 'nothing was changed',
  });
}
