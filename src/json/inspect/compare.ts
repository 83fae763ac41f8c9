import type { CompareResult, ComparedGroups, TestedGroups } from '../../app/index.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import { groupJson, keysJson, summaryJson, type GroupJson, type SummaryJson } from '../parts/groups.ts';
import { fingerprintJson, inputChangeJson, type FingerprintJson, type InputChangeJson } from '../parts/inputs.ts';
import type { Json, JsonMap } from '../parts/json.ts';

/** Experiments side by side. Maps of values are by experiment. */
export type CompareJson = {
  readonly experiments: readonly string[];
  readonly params: readonly { readonly name: string; readonly differs: boolean; readonly values: JsonMap }[];
  readonly metrics: readonly {
    readonly name: string;
    readonly differs: boolean;
    readonly values: JsonMap;
    /** Why an experiment has no value. */
    readonly missing: { readonly [expId: string]: string | null };
    readonly mode: Mode | null;
    /** The first experiment that has the best value. */
    readonly best: string | null;
  }[];
  readonly inputs: readonly {
    readonly name: string;
    readonly differs: boolean;
    readonly recorded: { readonly [expId: string]: FingerprintJson | null };
    /** Against the first experiment that has a record of it. */
    readonly changes: { readonly [expId: string]: InputChangeJson | null };
  }[];
  /** What they start from. */
  readonly settings: readonly { readonly name: string; readonly differs: boolean; readonly values: JsonMap }[];
  /** How many parameters there are, those that do not differ included. */
  readonly param_count: number;
};

export function compareJson({ expIds, params, paramCount, settings, metrics, inputs }: CompareResult): CompareJson {
  const byId = <T extends Json>(values: readonly (T | undefined)[]): { [expId: string]: T | null } =>
    Object.fromEntries(expIds.map((id, i) => [id, values[i] ?? null]));
  return {
    experiments: expIds,
    params: params.map(({ name, differs, values }) => ({ name, differs, values: byId(values) })),
    metrics: metrics.map(({ name, differs, values, missing, mode, best: [best] }) => ({
      name,
      differs,
      values: byId(values),
      missing: byId(missing),
      mode: mode ?? null,
      best: best === undefined ? null : (expIds[best] ?? null),
    })),
    inputs: inputs.map(({ name, differs, recorded, changes }) => ({
      name,
      differs,
      recorded: byId(recorded.map((each) => each && fingerprintJson(each))),
      changes: byId(changes.map((each) => each && inputChangeJson(each))),
    })),
    settings: settings.map(({ name, differs, values }) => ({ name, differs, values: byId(values) })),
    param_count: paramCount,
  };
}

/** Groups side by side. */
export type CompareGroupsJson = {
  /** The fields that make a group. */
  readonly by: readonly string[];
  readonly groups: readonly GroupJson[];
  readonly metrics: readonly {
    readonly name: string;
    readonly mode: Mode | null;
    /** The fields of the first group that has the best mean. */
    readonly best: JsonMap | null;
  }[];
};

export function compareGroupsJson(compared: ComparedGroups): CompareGroupsJson {
  const { by, metrics, groups } = compared;
  return {
    by: by.map(({ header }) => header),
    groups: groups.map((group) => groupJson(compared, group)),
    metrics: metrics.map(({ header, mode, best: [best] }) => ({
      name: header,
      mode: mode ?? null,
      best: best === undefined ? null : keysJson(by, best),
    })),
  };
}

/** A t-test of two groups for each metric. Null: not defined for so few values. */
export type GroupTestJson = {
  readonly test: TestedGroups['test'];
  /** The fields that each of the two shares by their names, and beside them `n`. */
  readonly groups: readonly JsonMap[];
  readonly metrics: readonly {
    readonly name: string;
    readonly groups: readonly SummaryJson[];
    /** Of the means: first group − second group. */
    readonly difference: number | null;
    readonly ci95: readonly number[] | null;
    readonly t: number | null;
    readonly df: number | null;
    readonly p: number | null;
    /** Experiments without a partner. */
    readonly unpaired: readonly string[];
  }[];
};

export function groupTestJson({ test, by, groups, metrics }: TestedGroups): GroupTestJson {
  return {
    test,
    groups: groups.map((group) => ({ ...keysJson(by, group), n: group.n })),
    metrics: metrics.map(({ header, unpaired, result: { groups: summaries, difference, ci95, t, df, p } }) => ({
      name: header,
      groups: summaries.map(summaryJson),
      difference: difference ?? null,
      ci95: ci95 === undefined ? null : [...ci95],
      t: t ?? null,
      df: df ?? null,
      p: p ?? null,
      unpaired,
    })),
  };
}
