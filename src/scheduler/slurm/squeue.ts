import { parseRanges } from '../../core/index-ranges.ts';
import { timeMs } from './times.ts';

/** One job, or one task of an array, as `squeue` shows it. */
export interface QueueRow {
  /** The id of the whole job: of an array that of the array. */
  readonly id: string;
  readonly index?: number;
  /** As printed: `PENDING`, `RUNNING`, … */
  readonly state: string;
  /** As printed: `Priority`, `(null)`, `launch failed requeued held`. */
  readonly reason: string;
  /** Milliseconds since 1970. A requeue sets it anew. */
  readonly submittedMs?: number;
  /** Milliseconds since 1970; of a pending job when Slurm expects it to start. */
  readonly startMs?: number;
  readonly endMs?: number;
  /** Priority, higher first. */
  readonly priority: number;
  readonly partition: string;
  /** The id of this very task, which `srun` wants. */
  readonly rawId: string;
  readonly name: string;
}

/** Cannot be in a name that a shell's user would choose, and `squeue` passes it on as it is. */
const SEPARATOR = '\u001f';

/** The letters are understood by every Slurm since 20.11. The name is last: only it is free text. */
export const QUEUE_FORMAT: string = ['%F', '%K', '%T', '%V', '%S', '%e', '%Q', '%P', '%A', '%r', '%j'].join(SEPARATOR);

/**
 * Reads what `squeue -h -o` with {@link QUEUE_FORMAT} printed. Rows of which pending tasks are folded
 * (`[4-9%4]`) give one row for each task; what is no row (the rest of a name with a line break) is passed over.
 */
export function parseQueue(text: string): QueueRow[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.split(SEPARATOR);
    if (fields.length < 11 || !/^\d+$/.test(fields[0] ?? '')) return [];
    const [
      id = '',
      task = '',
      state = '',
      submitted = '',
      start = '',
      end = '',
      priority = '',
      partition = '',
      rawId = '',
    ] = fields;
    const row: QueueRow = {
      id,
      state,
      reason: fields[9] ?? '',
      ...given('submittedMs', timeMs(submitted)),
      ...given('startMs', timeMs(start)),
      ...given('endMs', timeMs(end)),
      priority: Number(priority) || 0,
      partition,
      rawId,
      name: fields.slice(10).join(SEPARATOR),
    };
    const indices = /^[\d[]/.test(task) ? (parseRanges(task) ?? []) : undefined;
    return indices === undefined ? [row] : indices.map((index) => ({ ...row, index }));
  });
}

function given<K extends string>(key: K, value: number | undefined): { readonly [key in K]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]: number });
}
