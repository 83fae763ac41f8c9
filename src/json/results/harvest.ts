import type { Discovery, HarvestLine, HarvestReport } from '../../app/index.ts';
import type { ValueMap } from '../../core/value.ts';
import { mapJson } from '../parts/json.ts';
import { metricJson, missingJson, type MetricJson, type MissingJson } from '../parts/metric.ts';

/** What was found of each experiment. */
export type HarvestJson = readonly {
  readonly exp_id: string;
  readonly kind: HarvestLine['kind'];
  readonly partial: boolean;
  readonly notes: readonly string[];
  /** Values by metric. */
  readonly metrics: ValueMap;
  /** The same, with the source of each. */
  readonly results: { readonly [name: string]: MetricJson };
  readonly missing: { readonly [name: string]: MissingJson };
}[];

export function harvestJson({ lines }: HarvestReport): HarvestJson {
  return lines.map(({ expId, kind, metrics, results, missing, partial, notes }) => ({
    exp_id: expId,
    kind,
    partial,
    notes,
    metrics,
    results: mapJson(results, metricJson),
    missing: mapJson(missing, missingJson),
  }));
}

/** Harvest rules that fit what an experiment left behind. */
export type DiscoverJson = {
  readonly exp_id: string;
  readonly template: string;
  readonly rules: readonly {
    readonly name: string;
    readonly rule: Discovery['rules'][number]['form'];
    /** The line for the template. */
    readonly yaml: string;
    /** How many metrics it gives. */
    readonly finds: number;
    readonly example: MetricJson;
  }[];
};

export function discoverJson({ expId, template, rules }: Discovery): DiscoverJson {
  return {
    exp_id: expId,
    template,
    rules: rules.map(({ name, form, yaml, example, count }) => ({
      name,
      rule: form,
      yaml,
      finds: count,
      example: metricJson(example),
    })),
  };
}
