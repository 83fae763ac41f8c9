import type { LocalJob } from './job-file.ts';
import type { TaskStates } from './job-log.ts';

export type DependencyState =
  | { readonly kind: 'met' }
  | { readonly kind: 'waiting'; readonly parent: number }
  | { readonly kind: 'never'; readonly parent: number };

/** A job that others wait for. */
export interface Parent {
  readonly states: TaskStates;
  /** Tasks that have not ended. */
  readonly open: number;
  /** A task ended otherwise than completed. */
  readonly failed: boolean;
}

export function toParent(states: TaskStates): Parent {
  const all = [...states.values()];
  return {
    states,
    open: all.filter(({ kind }) => kind !== 'ended').length,
    failed: all.some((state) => state.kind === 'ended' && state.state !== 'completed'),
  };
}

/**
 * Whether the jobs that a task waits for have ended as they must. A task that its parent has no partner for
 * waits for all of it; an unknown parent has ended, and has not completed and never will.
 */
export function getDependencyState(
  job: LocalJob,
  index: number,
  parentOf: (id: number) => Parent | undefined,
): DependencyState {
  let waitsFor: number | undefined;
  for (const { id, tasks, until = 'completed' } of job.after) {
    const parent = parentOf(id);
    const partner = tasks === 'all' ? undefined : parent?.states.get(tasks === 'each' ? index : tasks);
    const failed =
      partner === undefined ? (parent?.failed ?? true) : partner.kind === 'ended' && partner.state !== 'completed';
    if (failed && until === 'completed') return { kind: 'never', parent: id };
    const ended = partner === undefined ? (parent?.open ?? 0) === 0 : partner.kind === 'ended';
    if (!ended) waitsFor ??= id;
  }
  return waitsFor === undefined ? { kind: 'met' } : { kind: 'waiting', parent: waitsFor };
}
