import { inputError } from '../../core/errors.ts';
import { suggestName } from '../../core/text/nearest.ts';
import type { SweepRecord } from '../../core/experiment/record.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Project } from './project.ts';

/** Names looked at for a suggestion. */
const SUGGEST_FROM = 5_000;

/** @throws SheafError `experiment.unknown` with the nearest names */
export function findExperiment(project: Project, expId: string): Experiment {
  const experiment = project.store.find(expId);
  if (experiment !== undefined) return experiment;
  throw inputError('experiment.unknown', `there is no experiment "${expId}"`, {
    fix: /[*?]/.test(expId)
      ? `for all that match a pattern: --where 'exp_id ~ "${expId}"'`
      : suggestName(expId, project.store.recentNames(SUGGEST_FROM), 'sheaf list    (shows what there is)'),
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
    fix: suggestName(
      name,
      project.store.knownNames('sweeps'),
      'sheaf sweep --template T --name S --grid …    (makes one)',
    ),
    now: 'nothing was changed',
  });
}
