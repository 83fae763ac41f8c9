import { withoutUndefined } from '../../../core/value.ts';
import type { TaskRef, TaskUsage, Usages } from '../../scheduler.ts';
import type { SlurmCommands } from '../ask/commands.ts';
import { sumGpus } from '../parse/gres.ts';
import { parseTresGpus } from '../parse/partitions.ts';
import { ACCOUNT_SEPARATOR, selectJobs } from '../parse/sacct.ts';
import { formatLocalTime } from '../parse/times.ts';

/** The clock of the accounting host may be behind, and an hour costs it nothing. */
const HOUR_MS = 3_600_000;

const FIELDS = [
  'JobID',
  'JobName',
  'ElapsedRaw',
  'TotalCPU',
  'AllocCPUS',
  'NNodes',
  'NTasks',
  'MaxRSS',
  'TRESUsageInTot',
  'TRESUsageInAve',
  'TRESUsageInMax',
  'AllocTRES',
  'Partition',
] as const;

type Field = (typeof FIELDS)[number];
type Row = { readonly [F in Field]: string };

/**
 * One question for what jobs used. Without `-X`, for with it `TotalCPU` is zero and `MaxRSS` empty on the row of a job
 * (seen with Slurm 24.11); memory is in the rows of its steps.
 *
 * @param tasks of this user on this cluster
 */
export async function askUsage(commands: SlurmCommands, tasks: readonly TaskRef[]): Promise<Usages> {
  if (tasks.length === 0) return { kind: 'answer', tasks: [] };
  const since = formatLocalTime(Math.min(...tasks.map(({ job }) => job.submittedMs)) - HOUR_MS);
  const form = ['-n', '-P', '--noconvert', '--delimiter', ACCOUNT_SEPARATOR, '-o', FIELDS.join(',')];
  const asked = await commands.ask(['sacct', ...form, '-S', since, '-E', 'now', ...selectJobs(tasks)]);
  if (asked.kind === 'answer') return { kind: 'answer', tasks: parseUsages(asked.stdout, tasks) };
  if (/accounting storage is disabled/i.test(asked.said)) return { kind: 'none' };
  return { kind: 'failed', said: asked.said };
}

/** Reads what `sacct` printed. A job that has the id and not the token of a task is another one. */
export function parseUsages(text: string, tasks: readonly TaskRef[]): TaskUsage[] {
  const rows = text.split('\n').flatMap((line) => {
    const cells = line.split(ACCOUNT_SEPARATOR);
    if (cells.length < FIELDS.length) return [];
    return [Object.fromEntries(FIELDS.map((field, i) => [field, cells[i] ?? ''])) as Row];
  });
  const byJob = Map.groupBy(rows, ({ JobID }) => JobID.split('.', 1)[0] ?? '');
  return tasks.flatMap((task): TaskUsage[] => {
    const { token, job, index } = task;
    const own = byJob.get(index === undefined ? job.id : `${job.id}_${index}`) ?? [];
    const whole = own.find(({ JobID }) => !JobID.includes('.'));
    if (whole?.JobName !== token) return [];
    return [
      withoutUndefined({
        token,
        index,
        ...usageOf(
          whole,
          own.filter((row) => row !== whole),
        ),
      }),
    ];
  });
}

function usageOf(job: Row, steps: readonly Row[]): Omit<TaskUsage, 'token' | 'index'> {
  const gpus = sumGpus(parseTresGpus(job.AllocTRES));
  const most = (values: readonly (number | undefined)[]): number | undefined => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : Math.max(...known);
  };
  // gpuutil adds up over the GPUs of a task: it is a share of one GPU only if there is one.
  const util = gpus === 1 ? most(steps.map(({ TRESUsageInAve }) => tres(TRESUsageInAve, 'gres/gpuutil'))) : undefined;
  const gpuBytes =
    gpus === 1 ? most(steps.map(({ TRESUsageInMax }) => tres(TRESUsageInMax, 'gres/gpumem'))) : undefined;
  // A job whose steps were never sampled has no CPU time either, whatever its row says.
  const cpuS = steps.some(({ TotalCPU }) => TotalCPU !== '') ? parseCpuSeconds(job.TotalCPU) : undefined;
  return withoutUndefined({
    elapsedS: whole(job.ElapsedRaw),
    cpuS,
    cpus: whole(job.AllocCPUS),
    nodes: whole(job.NNodes),
    peakHostMib: peakMib(steps),
    gpuUtil: util === undefined || util === 0 ? undefined : util / 100,
    peakGpuGib: gpuBytes === undefined || gpuBytes === 0 ? undefined : gpuBytes / 2 ** 30,
    partition: job.Partition || undefined,
  });
}

/**
 * The most memory of one node: that of the batch script, which runs beside the steps, and of the largest of these. A step's
 * `MaxRSS` is that of its largest task; several tasks of a node have at most so many times that, and all together
 * `TRESUsageInTot`.
 */
function peakMib(steps: readonly Row[]): number | undefined {
  const sizes = steps.map((row) => ({ isBatch: row.JobID.endsWith('.batch'), bytes: stepBytes(row) }));
  const known = sizes.flatMap(({ isBatch, bytes }) => (bytes === undefined ? [] : [{ isBatch, bytes }]));
  if (known.length === 0) return undefined;
  const largest = (batch: boolean): number =>
    known.filter(({ isBatch }) => isBatch === batch).reduce((most, { bytes }) => Math.max(most, bytes), 0);
  const bytes = largest(true) + largest(false);
  return bytes === 0 ? undefined : bytes / 2 ** 20;
}

function stepBytes(row: Row): number | undefined {
  const [largestTask, all] = [bytesOf(row.MaxRSS), tres(row.TRESUsageInTot, 'mem')];
  if (largestTask === undefined) return all;
  const perNode = Math.ceil((whole(row.NTasks) ?? 1) / (whole(row.NNodes) ?? 1));
  return Math.min(largestTask * perNode, all ?? Infinity);
}

/** One value of a list such as `cpu=00:00:09,mem=174575616,gres/gpuutil=57`. */
function tres(list: string, name: string): number | undefined {
  const entry = list.split(',').find((each) => each.startsWith(`${name}=`));
  return entry === undefined ? undefined : bytesOf(entry.slice(name.length + 1));
}

const MULTIPLES: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** `174575616`, and `170484K` where `--noconvert` is not known. */
function bytesOf(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits) * (MULTIPLES[unit] ?? 1);
}

/** `[D-[HH:]]MM:SS[.mmm]` */
export function parseCpuSeconds(text: string): number | undefined {
  const [, days, hours, minutes, seconds] = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (minutes === undefined || seconds === undefined) return undefined;
  return Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3_600 + Number(minutes) * 60 + Number(seconds);
}

function whole(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
