import type { RunResult } from '../../app/index.ts';
import { compareGroupsJson, type CompareGroupsJson } from '../inspect/compare.ts';
import { mapJson } from '../parts/json.ts';
import { metricJson, missingJson, type MetricJson, type MissingJson } from '../parts/metric.ts';
import { statusLineJson, type StatusLineJson } from '../parts/status-line.ts';

/** How a run ended. */
export type RunJson = {
  /** The name of the sweep; null for one experiment. */
  readonly sweep: string | null;
  readonly template: string;
  /** Experiments by status. */
  readonly counts: { readonly [status: string]: number };
  readonly experiments: readonly (StatusLineJson & {
    readonly metrics: { readonly [name: string]: MetricJson };
    readonly missing: { readonly [name: string]: MissingJson };
  })[];
  /** Of a sweep with metrics: its members by all that it varies but the seeds. */
  readonly groups: CompareGroupsJson | null;
};

export function runJson({ sweep, template, experiments, report, groups }: RunResult): RunJson {
  return {
    sweep: sweep ?? null,
    template,
    counts: report.counts,
    experiments: experiments.map(({ line, harvest }) => ({
      ...statusLineJson(line),
      metrics: mapJson(harvest?.metrics ?? {}, metricJson),
      missing: mapJson(harvest?.missing ?? {}, missingJson),
    })),
    groups: groups === undefined ? null : compareGroupsJson(groups),
  };
}
