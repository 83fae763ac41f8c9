import { efficiencyOf, type EfficiencyGroup } from '../advisor/index.ts';
import { grouped } from '../core/number-text.ts';
import { runsOf } from './past-runs.ts';
import type { Project } from './project.ts';
import type { Selector } from './results.ts';
import { isSelective, openSelection } from './select.ts';

export interface EfficiencyRequest extends Selector {
  /** Newest so many runs; what they used is read for them alone. Default 200. */
  readonly limit?: number;
}

export interface EfficiencyReport {
  /** Those that wasted most GPU hours first. */
  readonly groups: readonly EfficiencyGroup[];
  /** Runs that were looked at. */
  readonly runs: number;
  /** Experiments that were chosen, and have not run. */
  readonly notRun: readonly string[];
  readonly warnings: readonly string[];
}

const DEFAULT_LIMIT = 200;

/**
 * What runs used of what they asked for, with what to ask for next time. Asks accounting, once, for what the monitor does not
 * tell.
 *
 * @throws SheafError as `openSelection`
 */
export async function reportEfficiency(project: Project, request: EfficiencyRequest): Promise<EfficiencyReport> {
  const { limit = DEFAULT_LIMIT, ...selector } = request;
  const selection = openSelection(project, { ...selector, sort: { field: 'ended', descending: true } });
  const { runs, warnings } = await runsOf(project, selection.rows(), { limit, usage: 'accounting' });
  const { groups } = efficiencyOf(runs);
  const ran = new Set(runs.map(({ expId }) => expId));
  const cut =
    runs.length < limit
      ? []
      : [`only the newest ${grouped(limit)} runs were looked at: --limit looks at more, --where at others`];
  return {
    groups,
    runs: runs.length,
    notRun: isSelective({ ids: selector.ids ?? [] }) ? (selector.ids ?? []).filter((id) => !ran.has(id)) : [],
    warnings: [...selection.warnings, ...warnings, ...cut],
  };
}
