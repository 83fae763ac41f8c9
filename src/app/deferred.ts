import { isDeferred, type DeferredOptions } from '../core/attempt.ts';
import type { Experiment } from '../core/stored.ts';
import type { Project } from './project.ts';

/** Experiments that were kept back with the same options, in the order in which they were asked for. */
export interface DeferredGroup {
  readonly options: DeferredOptions;
  readonly experiments: readonly Experiment[];
}

/** What the scheduler had no room for. */
export function deferredGroups(project: Project): DeferredGroup[] {
  const groups = new Map<string, { options: DeferredOptions; experiments: Experiment[]; atMs: number }>();
  for (const experiment of project.store.deferred()) {
    const fact = Object.values(experiment.record.attempts).find(isDeferred)?.facts.deferred?.value;
    if (fact === undefined || fact.options.hold) continue;
    const key = JSON.stringify(fact.options);
    const group = groups.get(key) ?? { options: fact.options, experiments: [], atMs: fact.atMs };
    group.experiments.push(experiment);
    group.atMs = Math.min(group.atMs, fact.atMs);
    groups.set(key, group);
  }
  return [...groups.values()].toSorted((a, b) => a.atMs - b.atMs);
}
