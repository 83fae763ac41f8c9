import { compileStars } from '../text/glob.ts';
import { isFamily, type HarvestRule, type HarvestRules, type Mode } from './harvest-rule.ts';

/** `search:` of a template: how its sweeps go on by themselves. */
export interface SearchSettings {
  /** The harvest rule whose values decide. */
  readonly metric: string;
  /** How members are proposed; absent: `tpe`. */
  readonly by?: Sampler;
  /** No more members than this are made, repetitions not counted. */
  readonly trials?: number;
  /** As many trials are made as these hours suffice for, if each takes its time limit. */
  readonly at_most?: ProcessorHours;
  /** How many members are queued ahead, beside those that may run at once; absent: none. */
  readonly lead?: Lead;
  readonly stop?: StopSettings;
  /** The best are repeated over further seeds. */
  readonly confirm?: Confirming;
}

/** `random` and `tpe` are sheaf's own; `exec` is a program of the user. */
export type Sampler = 'random' | 'tpe' | { readonly exec: string };

/** How many members are queued ahead. `auto`: as many as start while a member usually waits. */
export type Lead = number | 'auto';

/** The best members are repeated over further seeds, when all members have ended. */
export type Confirming = {
  /** How many of the best. */
  readonly top: number;
  /** How many seeds each of them has in the end, the first one counted. */
  readonly seeds: number;
};

/** Hours of GPUs, or of CPU cores for jobs without GPUs. */
export interface ProcessorHours {
  readonly hours: number;
  /** Absent: whichever the jobs ask for. */
  readonly unit?: 'GPU' | 'CPU';
}

/** When trials are stopped; see `StopRule`. */
export interface StopSettings {
  readonly rule: 'asha' | 'median' | 'none';
  readonly from: number;
  readonly to: number;
  readonly eta: number;
  readonly keep: number;
  readonly resume: boolean;
}

/** How a sweep goes on by itself; what is absent is as `search` of the template says. */
export interface SearchRequest {
  /** The harvest rule whose values decide. */
  readonly metric?: string;
  /** How members are proposed. Default: `tpe`. */
  readonly by?: Sampler;
  /** No more members than this are made; they vary what is drawn at random. */
  readonly trials?: number;
  /** How many members are queued ahead. They may run beside the others if the cluster has room. */
  readonly lead?: Lead;
  /** When members are stopped; `{ rule: 'none' }`: not at all. */
  readonly stop?: Partial<StopSettings>;
  /** The best are repeated over further seeds. */
  readonly confirm?: Confirming;
}

/** Rules, and how their values compare. */
export const STOP_RULES = ['asha', 'median', 'none'] as const;

/** Closer rungs compare the same values again. */
export const LEAST_ETA = 1.1;

/** What counts if it is not given. */
export const STOP_DEFAULTS = { rule: 'asha', eta: 3, keep: 1, resume: false } as const;

/** Why a metric cannot decide which trials go on. */
export interface MetricFault {
  readonly message: string;
  readonly why?: string;
  readonly fix: string;
}

/** Which values of the metric of a search are better, or why it cannot be its metric. */
export function findSearchMode(metric: string, rules: HarvestRules): Mode | MetricFault {
  const suitable = listSearchMetrics(rules).map(({ name }) => name);
  const known = suitable.length === 0 ? '' : `, or name one of ${suitable.join(', ')}`;
  const rule = findRule(metric, rules);
  if (rule === undefined) {
    return {
      message: `search.metric names no harvest rule: ${metric}`,
      fix:
        suitable.length === 0
          ? `add a rule ${metric} with mode: max or min to harvest`
          : `name one of ${suitable.join(', ')}`,
    };
  }
  if (!hasSteps(rule)) {
    return {
      message: `harvest.${metric} has one value a run, so that no trial can be stopped by it`,
      why: 'trials are compared at the same step while they run',
      fix: `read ${metric} from a log, a CSV or JSON lines file, or a tracker${known}`,
    };
  }
  return (
    modeOf(rule) ?? {
      message: `harvest.${metric} does not say which values are better`,
      fix: `add mode: max or mode: min to harvest.${metric}${known}`,
    }
  );
}

/** The metrics that can decide which trials go on, by the names of their rules. */
export function listSearchMetrics(rules: HarvestRules): { readonly name: string; readonly mode: Mode }[] {
  return Object.entries(rules).flatMap(([name, rule]) => {
    const mode = hasSteps(rule) ? modeOf(rule) : undefined;
    return mode === undefined ? [] : [{ name, mode }];
  });
}

function findRule(metric: string, rules: HarvestRules): HarvestRule | undefined {
  if (Object.hasOwn(rules, metric)) return rules[metric];
  return Object.entries(rules).find(([name]) => isFamily(name) && compileStars(name)(metric))?.[1];
}

function hasSteps({ source }: HarvestRule): boolean {
  return source !== 'json' && source !== 'yaml' && source !== 'value';
}

function modeOf(rule: HarvestRule): Mode | undefined {
  if (rule.mode !== undefined) return rule.mode;
  const pick = 'pick' in rule ? rule.pick : undefined;
  return pick === 'max' || pick === 'min' ? pick : undefined;
}
