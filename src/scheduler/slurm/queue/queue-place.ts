import { parseRanges } from '../../../core/text/index-ranges.ts';
import type { TaskRef } from '../../scheduler.ts';
import { isInQueue } from '../parse/reasons.ts';
import type { QueueRow } from '../parse/squeue.ts';

/** What {@link countBefore} reads of each pending job: the reason is last, as it may have blanks. */
export const PLACE_FORMAT = '%Q %F %K %r';

/** Whether a row of the queue is this task, under its own token. */
export function isRowOf({ name, id, index }: QueueRow, task: TaskRef): boolean {
  return name === task.token && id === task.job.id && index === task.index;
}

/**
 * Jobs and tasks of higher priority, or of the same one and older, that wait for their turn or for room: no job waits
 * behind those that are held, or that wait for a limit of their own.
 *
 * @param text what `squeue` printed with {@link PLACE_FORMAT}
 */
export function countBefore(text: string, own: QueueRow): number {
  return text.split('\n').reduce((sum, line) => {
    const [priority = '', id = '', tasks = '', ...reason] = line.trim().split(' ');
    if (id === '' || id === own.id || !isInQueue(reason.join(' '))) return sum;
    const first = Number(priority) > own.priority || (Number(priority) === own.priority && Number(id) < Number(own.id));
    if (!first) return sum;
    return sum + (tasks.startsWith('[') || /^\d/.test(tasks) ? (parseRanges(tasks)?.length ?? 1) : 1);
  }, 0);
}
