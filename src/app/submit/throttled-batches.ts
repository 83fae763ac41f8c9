import { splitThrottle } from './split-throttle.ts';
import { countTasks, type Batch } from './submit-plan.ts';

/** How many members of a sweep may run at once; over all of what is submitted where the sweep is undefined. */
type Throttle = (sweep: string | undefined) => number | undefined;

interface Throttled {
  readonly maxParallel?: number;
  /** The one after which it must start. */
  readonly former?: Batch;
}

/**
 * Divides a throttle among the arrays that share it. If there are more than may run side by side, each one beyond
 * starts when an earlier one has ended. What follows a stage is throttled like it.
 */
export function throttleBatches(batches: readonly Batch[], throttle: Throttle): Batch[] {
  const overAll = throttle(undefined);
  const groups = Map.groupBy(batches, ({ stage, members: [first] }) =>
    overAll === undefined ? `${stage}/${first?.experiment.sweep ?? ''}` : stage,
  );
  const divided = new Map<Batch, Throttled>();
  for (const group of groups.values()) {
    const limit = overAll ?? throttle(group[0]?.members[0]?.experiment.sweep);
    if (limit !== undefined) for (const [batch, share] of divide(group, limit)) divided.set(batch, share);
  }
  // Parents and formers come first, so that each is linked to their outcome.
  const made = new Map<Batch, Batch>();
  for (const batch of batches) {
    const share = divided.get(batch);
    const parent = batch.parent && !('token' in batch.parent) ? made.get(batch.parent) : batch.parent;
    const behind = share?.former && made.get(share.former);
    made.set(batch, {
      ...batch,
      ...(parent === undefined ? {} : { parent }),
      ...(share === undefined ? {} : { limited: true }),
      ...(share?.maxParallel === undefined ? {} : { maxParallel: share.maxParallel }),
      ...(behind === undefined ? {} : { behind }),
    });
  }
  return [...made.values()];
}

function divide(group: readonly Batch[], limit: number): [Batch, Throttled][] {
  const packs = group.map(({ members }) => Math.ceil(members.length / countTasks({ members })));
  const { tasks, sideBySide } = splitThrottle(limit, packs);
  return group.map((batch, i) => {
    const isArray = batch.members.some(({ index }) => index !== undefined);
    const former = group[i - sideBySide];
    return [batch, { ...(isArray ? { maxParallel: tasks[i] ?? 1 } : {}), ...(former === undefined ? {} : { former }) }];
  });
}
