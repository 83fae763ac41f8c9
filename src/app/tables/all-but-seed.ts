import type { ExpId } from '../../core/ids.ts';
import { formatFieldLabel } from '../../core/fields/fields.ts';
import { getKnownNames, type OpenSelection } from '../experiments/select.ts';
import type { Project } from '../project/project.ts';
import { varietyOf, varietyOfExperiment } from './cells.ts';

/** In place of fields to group by: all in which the experiments differ, without their seeds. */
export const ALL_BUT_SEED = 'all-but-seed';

/** The fields to group by: those that were named, or what {@link ALL_BUT_SEED} stands for among these experiments. */
export function resolveGroupBy(
  project: Project,
  selection: OpenSelection,
  groupBy: readonly string[],
): readonly string[] {
  const known = getKnownNames(project.store);
  if (groupBy.length !== 1 || groupBy[0] !== ALL_BUT_SEED || known.params.includes(ALL_BUT_SEED)) return groupBy;
  const ofSetup = selection.tabulate(
    ({ outlines }) => new Map(outlines.map(({ setup, expId }): [number, ExpId] => [setup, expId])),
  );
  const experiments = [...project.store.findAll([...ofSetup.values()]).values()];
  const seeds = new Set(experiments.flatMap(({ config }) => config.seeds));
  const templates = new Set(experiments.map(({ config }) => config.template));
  const { params } = varietyOf(experiments.map(varietyOfExperiment));
  const apart = experiments.length < 2 ? [] : params.filter((name) => !seeds.has(name.split('.')[0] ?? name));
  return [
    ...(templates.size > 1 || apart.length === 0 ? ['template'] : []),
    ...apart.map((name) => formatFieldLabel({ source: 'params', name }, known)),
  ];
}
