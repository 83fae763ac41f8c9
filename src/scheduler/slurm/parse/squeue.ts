import { parseRanges } from '../../../core/text/index-ranges.ts';
import { parseTimeMs } from './times.ts';

/** One job, or one task of an array, as `squeue` shows it. */
export interface QueueRow {
  /** The id of the whole job: of an array that of the array. */
  readonly id: string;
  readonly index?: number;
  /** As printed: `PENDING`, `RUNNING`, … */
  readonly state: string;
  /** As printed: `Priority`, `(null)`, `launch failed requeued held`. */
  readonly reason: string;
  /** Milliseconds since 1970. A requeue resets it. */
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
 * (`[4-9%4]`) give one row for each task; text that is not a row (the rest of a name with a line break) is skipped.
 */
export function parseQueue(text: string): QueueRow[] {
  const rows: QueueRow[] = [];
  for (const line of text.split('\n')) {
    const fields = line.split(SEPARATOR);
    if (fields.length < 11 || !isNumber(fields[0])) continue;
    const task = fields[1] ?? '';
    const row = rowOf(fields);
    if (isNumber(task)) rows.push({ ...row, index: Number(task) });
    else if (task.startsWith('[') || /^\d/.test(task)) {
      for (const index of parseRanges(task) ?? []) rows.push({ ...row, index });
    } else rows.push(row);
  }
  return rows;
}

function isNumber(text: string | undefined): boolean {
  return text !== undefined && /^\d+$/.test(text);
}

type Building = { -readonly [K in keyof QueueRow]: QueueRow[K] };

/** One of ten thousand: what is not there makes no object of its own. */
function rowOf(fields: readonly string[]): QueueRow {
  const row: Building = {
    id: fields[0] ?? '',
    state: fields[2] ?? '',
    reason: fields[9] ?? '',
    priority: Number(fields[6]) || 0,
    partition: fields[7] ?? '',
    rawId: fields[8] ?? '',
    name: fields.length === 11 ? (fields[10] ?? '') : fields.slice(10).join(SEPARATOR),
  };
  const [submittedMs, startMs, endMs] = [
    parseTimeMs(fields[3] ?? ''),
    parseTimeMs(fields[4] ?? ''),
    parseTimeMs(fields[5] ?? ''),
  ];
  if (submittedMs !== undefined) row.submittedMs = submittedMs;
  if (startMs !== undefined) row.startMs = startMs;
  if (endMs !== undefined) row.endMs = endMs;
  return row;
}
