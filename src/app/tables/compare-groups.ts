import type { Mode } from '../../core/settings/harvest-rule.ts';
import { bestPlaces, type Column } from '../../report/index.ts';
import { modeOf } from './compare.ts';
import { findExperiment } from '../project/find.ts';
import { withGroups, type Grouped, type GroupRequest, type OpenGroups } from './group.ts';
import { expIdAt } from './group-table.ts';
import type { Project } from '../project/project.ts';

/** Groups of experiments side by side. */
export interface ComparedGroups extends Grouped {
  readonly metrics: readonly (Column & {
    /** Which values are better, where the rule of the newest experiment that has one says it. */
    readonly mode?: Mode;
    /** Places of the groups with the best mean; several where they are equal. */
    readonly best: readonly number[];
  })[];
}

/** @throws SheafError as `groupExperiments` */
export function compareGroups(project: Project, request: GroupRequest): ComparedGroups {
  return withGroups(project, request, (open) => ({
    ...open.grouped,
    metrics: open.grouped.metrics.map((column, i) => {
      const mode = newestMode(project, open, i);
      const means = open.grouped.groups.map(({ metrics }) => metrics[i]?.mean);
      return { ...column, ...(mode === undefined ? {} : { mode }), best: bestPlaces(means, mode) };
    }),
  }));
}

function newestMode(project: Project, { table }: OpenGroups, metric: number): Mode | undefined {
  const column = table.metrics[metric];
  const place = table.outlines.findIndex((_, at) => column?.number(at) !== undefined);
  return column === undefined || place < 0
    ? undefined
    : modeOf([findExperiment(project, expIdAt(table, place))], column.name);
}
