import { withoutUndefined } from '../../../core/value.ts';
import { parseRanges } from '../../../core/text/index-ranges.ts';
import { userId } from '../../../system/index.ts';
import type { TaskRef } from '../../scheduler.ts';
import { parseTimeMs } from './times.ts';

/** One job, or one task of an array, as `sacct` has it. A job that was requeued has one row for each run. */
export interface AccountRow {
  readonly id: string;
  readonly index?: number;
  /** As printed: `COMPLETED`, `CANCELLED by 1000`. */
  readonly state: string;
  /** Exit status; sacct takes 128 from those above it, so that 137 comes as 9. Undefined when it is not there. */
  readonly exitCode?: number;
  readonly signal?: number;
  /** Milliseconds since 1970; of a run after a requeue the time of that requeue. */
  readonly submittedMs?: number;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly nodes: string;
  /** The last reason why it was pending. */
  readonly reason: string;
  readonly name: string;
}

export const ACCOUNT_SEPARATOR = '\u001f';

/** Understood by every Slurm since 20.11: a field that one does not know would leave us without any answer. */
export const ACCOUNT_FIELDS: string = [
  'JobID',
  'State',
  'ExitCode',
  'DerivedExitCode',
  'Submit',
  'Start',
  'End',
  'NodeList',
  'Reason',
  'JobName',
].join(',');

/** Longer lists of ids are not handed to `sacct`, whose words may be 128 KiB long: it is asked for all of a user then. */
const MOST_IDS = 9_000;

/** Words for `sacct` that choose the jobs of tasks, all of this user; more jobs may be among them. */
export function selectJobs(tasks: readonly TaskRef[]): readonly [string, string] {
  const ids = [...new Set(tasks.map(({ job }) => job.id))];
  return ids.length > MOST_IDS ? ['-u', String(userId())] : ['-j', ids.join(',')];
}

/** Reads what `sacct -n -P -X` with {@link ACCOUNT_FIELDS} printed, in its order. */
export function parseAccounts(text: string): AccountRow[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.split(ACCOUNT_SEPARATOR);
    const [jobId = '', state = '', exit = '', , submit = '', start = '', end = '', nodes = ''] = fields;
    const match = /^(\d+)(?:_(\d+|\[.*))?$/.exec(jobId);
    if (fields.length < 10 || match === null) return [];
    const [exitCode, signal] = codes(exit);
    const submittedMs = parseTimeMs(submit);
    const startMs = parseTimeMs(start);
    const endMs = parseTimeMs(end);
    const row: AccountRow = withoutUndefined({
      id: match[1] ?? '',
      state,
      exitCode,
      ...(signal ? { signal } : {}),
      submittedMs,
      startMs,
      endMs,
      nodes,
      reason: fields[8] ?? '',
      name: fields.slice(9).join(ACCOUNT_SEPARATOR),
    });
    const tasks = match[2];
    if (tasks === undefined) return [row];
    return (parseRanges(tasks) ?? []).map((index) => ({ ...row, index }));
  });
}

/** `3:0` → status and signal. */
function codes(text: string): [number | undefined, number | undefined] {
  const match = /^(\d+):(\d+)$/.exec(text);
  return match === null ? [undefined, undefined] : [Number(match[1]), Number(match[2])];
}
