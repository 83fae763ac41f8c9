import type { SubmissionMember } from '../../core/experiment/event.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Token } from '../../core/ids.ts';
import { isOpen } from '../../core/experiment/status.ts';
import { memoize } from '../../core/text/memoize.ts';
import type { TaskRef } from '../../scheduler/index.ts';
import { getTaskName, type OpenAttempt } from '../observe/tasks.ts';
import type { Project } from '../project/project.ts';

/** An attempt whose job is known. */
export type WithTask = OpenAttempt & { readonly task: TaskRef };

/**
 * Finds an experiment that is active in the same task and was not asked for. It checks each task once.
 *
 * @param isAsked whether a member of a submission was asked for
 */
export function openPackMates(
  project: Project,
  isAsked: (member: SubmissionMember) => boolean,
): (item: WithTask) => Experiment | undefined {
  const members = new Map<Token, Map<number | undefined, SubmissionMember[]>>();
  const membersOf = ({ submission, task }: WithTask): readonly SubmissionMember[] => {
    let byIndex = members.get(task.token);
    if (byIndex === undefined) {
      byIndex = Map.groupBy(submission?.request?.value.members ?? [], ({ index }) => index);
      members.set(task.token, byIndex);
    }
    return byIndex.get(task.index) ?? [];
  };
  const activeIn = ({ token }: TaskRef, { key, stage }: SubmissionMember): Experiment | undefined => {
    const expId = project.store.findByKey(key)?.expId ?? undefined;
    const mate = expId === undefined ? undefined : project.store.find(expId);
    const isActive = Object.values(mate?.record.attempts ?? {}).some(
      (attempt) => attempt.stage === stage && attempt.token?.value === token && isOpen(attempt),
    );
    return isActive ? mate : undefined;
  };
  return memoize(
    ({ task }) => getTaskName(task),
    (item) => {
      const others = membersOf(item).filter((member) => !isAsked(member));
      return firstOf(others, (member) => activeIn(item.task, member));
    },
  );
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
