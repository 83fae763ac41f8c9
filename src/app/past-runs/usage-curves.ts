import { join } from 'node:path';
import type { Curves } from '../../core/curves/curves.ts';
import { placePoints } from '../../core/curves/place-points.ts';
import type { Attempt } from '../../core/experiment/attempt.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getUndiagnosedOutcome } from '../../core/experiment/outcome.ts';
import { attemptName } from '../../core/experiment/record.ts';
import { withoutUndefined } from '../../core/value.ts';
import { readGpuMonitor, readHostMonitor, type GpuSample, type HostSample } from '../../harvest/index.ts';
import { findAttempt, findExperiment } from '../project/find.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { answerCurves, type CurveDetail } from '../series/answer-curves.ts';
import { makePointSource } from '../series/curve-source.ts';
import { findAskedLimits } from './past-runs.ts';

/**
 * What an attempt used over time, on its first node: `cpu` (cores), `memory` (GiB, 2^30 bytes), and of each GPU `gpu0/use`
 * (percent), `gpu0/memory` (GiB) and `gpu0/power` (W). x is milliseconds since the attempt started.
 */
export interface Usage extends Curves {
  /** Milliseconds since 1970 at which x is 0. */
  readonly zeroMs: number;
  readonly units: { readonly [metric: string]: UsageUnit };
  /** The most that a metric can be, or that was asked for, if that is known. */
  readonly limits: { readonly [metric: string]: number };
  /** By its short name: `gpu0` is `NVIDIA H100 80GB HBM3`. */
  readonly gpuNames: { readonly [gpu: string]: string };
  /** What must be known to understand them. */
  readonly notes: readonly string[];
}

export type UsageUnit = 'cores' | 'GiB' | '%' | 'W';

/**
 * What the monitor of an attempt wrote into `usage.csv` and `gpu.csv`, in buckets. Of each file 16 MiB are read at most.
 *
 * @param name `train-2`
 * @throws SheafError `experiment.unknown`, `attempt.unknown`, `curves.*`, `file.*`
 */
export async function readUsage(
  project: Project,
  expId: string,
  name: string,
  detail: CurveDetail = {},
): Promise<Usage> {
  const experiment = findExperiment(project, expId);
  const { zeroMs, traces, gpuNames, notes } = await readTraces(project, {
    experiment,
    attempt: findAttempt(experiment, name),
  });
  const sources = traces.flatMap(({ metric, points }) =>
    placePoints({ parts: [{ attempt: name, points }], superseded: [] }, 'time', () => zeroMs).map((placed) => ({
      key: experiment.key,
      expId: experiment.expId,
      metric,
      source: makePointSource(placed.head, placed.points),
    })),
  );
  const present = traces.filter(({ metric }) => sources.some((source) => source.metric === metric));
  return {
    x: 'time',
    curves: await answerCurves(sources, detail),
    absent: [],
    zeroMs,
    units: Object.fromEntries(present.map(({ metric, unit }) => [metric, unit])),
    limits: Object.fromEntries(present.flatMap(({ metric, limit }) => (limit === undefined ? [] : [[metric, limit]]))),
    gpuNames,
    notes,
  };
}

/** What an attempt used, one trace for each thing that was measured. */
interface Traces extends Pick<Usage, 'zeroMs' | 'gpuNames' | 'notes'> {
  readonly traces: readonly Trace[];
}

/** Reads what the monitor of an attempt wrote. @throws SheafError `file.*` */
export async function readTraces(
  project: Project,
  { experiment, attempt }: { readonly experiment: Experiment; readonly attempt: Attempt },
): Promise<Traces> {
  const folder = join(experimentFolder(project, experiment.expId), 'attempts', attemptName(attempt));
  const host = await readHostMonitor(join(folder, 'usage.csv'));
  const gpus = await readGpuMonitor(join(folder, 'gpu.csv'));
  const outcome = getUndiagnosedOutcome(attempt);
  const startedMs = 'startedMs' in outcome ? outcome.startedMs : undefined;
  const zeroMs = startedMs ?? host?.samples[0]?.timeMs ?? gpus?.samples[0]?.clockMs ?? 0;
  const byGpu = Map.groupBy(gpus?.samples ?? [], ({ gpu }) => gpu);
  const traces = [
    ...hostTraces(host?.samples ?? [], findAskedLimits(project, { experiment, attempt })),
    ...[...byGpu].flatMap(([gpu, own]) => gpuTraces(gpu, own, zeroMs)),
  ];
  return {
    zeroMs,
    traces,
    gpuNames: Object.fromEntries([...byGpu].flatMap(([gpu, own]) => listNames(gpu, own))),
    notes: [...(host?.notes ?? []), ...(gpus?.notes ?? [])],
  };
}

/** One thing that was measured. */
interface Trace {
  readonly metric: string;
  readonly unit: UsageUnit;
  readonly limit?: number;
  readonly points: { readonly steps: Float64Array; readonly values: Float64Array; readonly times: Float64Array };
}

function makeTrace(
  metric: string,
  unit: UsageUnit,
  samples: readonly (readonly [timeMs: number, value: number | undefined])[],
  limit?: number,
): Trace {
  const known = samples.filter(([, value]) => value !== undefined);
  const times = Float64Array.from(known, ([timeMs]) => timeMs / 1000);
  const points = { steps: times, values: Float64Array.from(known, ([, value]) => value ?? Number.NaN), times };
  return { metric, unit, points, ...withoutUndefined({ limit }) };
}

const KIB_OF_GIB = 2 ** 20;

function hostTraces(samples: readonly HostSample[], asked: ReturnType<typeof findAskedLimits>): Trace[] {
  const cores = samples.slice(1).map(({ timeMs, cpuS }, i) => {
    const before = samples[i] ?? { timeMs, cpuS };
    const seconds = (timeMs - before.timeMs) / 1000;
    // A process whose parent does not wait for it leaves the sum: then it is not known what was used.
    return [timeMs, seconds > 0 && cpuS >= before.cpuS ? (cpuS - before.cpuS) / seconds : undefined] as const;
  });
  return [
    makeTrace('cpu', 'cores', cores, asked.cpus),
    makeTrace(
      'memory',
      'GiB',
      samples.map(({ timeMs, rssKib }) => [timeMs, rssKib / KIB_OF_GIB]),
      asked.memoryGib,
    ),
  ];
}

function gpuTraces(gpu: string, samples: readonly GpuSample[], zeroMs: number): Trace[] {
  const shiftMs = findShift(samples, zeroMs);
  const trace = (what: string, unit: UsageUnit, of: (sample: GpuSample) => number | undefined, limit?: number): Trace =>
    makeTrace(
      `${gpu}/${what}`,
      unit,
      samples.map((sample) => [sample.clockMs + shiftMs, of(sample)]),
      limit,
    );
  const total = samples.find(({ totalGib }) => totalGib !== undefined)?.totalGib;
  return [
    trace('use', '%', ({ util }) => util, 100),
    trace('memory', 'GiB', ({ memGib }) => memGib, total),
    trace('power', 'W', ({ powerW }) => powerW),
  ];
}

const QUARTER_MS = 15 * 60_000;

/**
 * What makes UTC of the clock of a table. nvidia-smi writes local time without its zone, and zones differ from UTC by quarters
 * of an hour. The first sample is of the start of the attempt, so the nearest quarter is right.
 */
function findShift(samples: readonly GpuSample[], zeroMs: number): number {
  const [first] = samples;
  if (first === undefined || !Number.isNaN(first.time)) return 0;
  return Math.round((zeroMs - first.clockMs) / QUARTER_MS) * QUARTER_MS;
}

function listNames(gpu: string, samples: readonly GpuSample[]): [gpu: string, name: string][] {
  const name = samples.find((sample) => sample.name !== undefined)?.name;
  return name === undefined ? [] : [[gpu, name]];
}
