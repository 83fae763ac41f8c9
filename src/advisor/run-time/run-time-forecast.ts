import { formatCount } from '../../core/text/phrases.ts';
import { formatDuration } from '../../core/units.ts';
import type { Forecast } from '../forecast.ts';
import type { GpuKind } from '../gpu-kind.ts';
import type { PastRun } from '../past-run.ts';
import { computeHitRate, type Settled } from '../track-record/settled.ts';
import { forecastFromFlops, type FlopWork } from './flops.ts';
import { compareParams, describeAlike, selectTellingRuns, type Alike } from './like-runs.ts';
import type { RunJob } from './run-job.ts';
import { scaleTo, type KindOf, type Scaled } from './scale.ts';
import { estimateQuantile, type Lasted } from './survival.ts';

export interface RunTimeQuestion {
  readonly job: RunJob;
  /** Of the project; those of other templates tell how fast GPUs are. */
  readonly pastRuns: readonly PastRun[];
  /** The GPU it would run on; undefined: none, or an unknown one. */
  readonly gpu?: GpuKind;
  /** What the name of a GPU in a past run means. */
  readonly kindOf: KindOf;
  /** What it has to compute, if known. */
  readonly flops?: FlopWork;
  /** Forecasts of run times that were given before, and what happened. */
  readonly pastForecasts?: readonly Settled[];
}

/** From this many runs on the residuals of the runs themselves give the p90. */
const ENOUGH = 10;
/** If there are fewer: our own proposals, ±15 % on the same GPU, ±40 % on another one or for another amount of work. */
const SAME_SPREAD = 1.15;
const OTHER_SPREAD = 1.4;
/** Of runs that have the template in common and not the model, data or batch. */
const TEMPLATE_SPREAD = 1.5;
/** Less of a group than this is taken only if no other has it. */
const WISHED = 3;

/**
 * How long a job would run: from the project's own finished runs of the same template and stage, those most alike, scaled by
 * work and by GPU; otherwise from what it has to compute; otherwise unknown. A run that its limit ended is a lower bound.
 */
export function runTimeForecast(question: RunTimeQuestion): Forecast {
  const forecast = fromHistory(question) ?? fromFlops(question) ?? unknown(question);
  const hitRate = computeHitRate(question.pastForecasts ?? [], forecast.kind);
  return hitRate === undefined ? forecast : { ...forecast, hitRate };
}

interface Group {
  readonly alike: Alike;
  readonly runs: readonly Scaled[];
}

function fromHistory({ job, pastRuns, gpu, kindOf }: RunTimeQuestion): Forecast | undefined {
  const all = selectTellingRuns(pastRuns);
  const own = all.filter((run) => run.template === job.template && run.stage === job.stage);
  const scale = scaleTo({ job, gpu, kindOf, all });
  const group = bestGroup(
    own.flatMap((run) => scale(run) ?? []),
    job,
  );
  if (group === undefined) return undefined;
  const lasted = group.runs.map(({ run, seconds }): Lasted => ({ seconds, cut: run.status !== 'completed' }));
  const finished = lasted.filter(({ cut }) => !cut).length;
  const p50S = estimateQuantile(lasted, 0.5);
  if (p50S === undefined) return cutOff(lasted, group);
  const high = quantileOfNext(lasted);
  const p90S = Math.max(p50S, high ?? assumedHigh(lasted, p50S, group));
  const basis = [basisOf(group, lasted, finished), ...(high === undefined ? [assumedWords(group)] : [])].join('; ');
  return { kind: 'history', p50S, p90S, basis, samples: finished };
}

/** The runs most alike, and on the same GPU: as many traits in common as leave {@link WISHED}, else as leave any. */
function bestGroup(runs: readonly Scaled[], job: RunJob): Group | undefined {
  const degree = new Map(runs.map((each): [Scaled, Alike] => [each, compareParams(each.run.params, job.params)]));
  const groups = GROUPS.map(([least, fits]): Group => {
    const accepted = ALIKE.slice(0, ALIKE.indexOf(least) + 1);
    return {
      alike: least,
      runs: runs.filter((each) => accepted.includes(degree.get(each) ?? 'template') && fits(each)),
    };
  });
  const finished = ({ runs: some }: Group): number => some.filter(({ run }) => run.status === 'completed').length;
  return (
    groups.find((group) => finished(group) >= WISHED) ??
    groups.find((group) => finished(group) >= 1) ??
    groups.find((group) => group.runs.length > 0)
  );
}

const ALIKE: readonly Alike[] = ['same', 'same_cost', 'template'];

/** In this order: a GPU of another kind is a smaller step than another model. */
const GROUPS: readonly (readonly [Alike, (run: Scaled) => boolean])[] = [
  ['same', ({ sameGpu, sameCount, workFactor }) => sameGpu && sameCount && workFactor === 1],
  ['same_cost', ({ sameGpu, sameCount, workFactor }) => sameGpu && sameCount && workFactor === 1],
  ['same_cost', ({ sameGpu, sameCount }) => sameGpu && sameCount],
  ['same_cost', ({ sameGpu }) => sameGpu],
  ['same_cost', () => true],
  ['template', ({ sameGpu }) => sameGpu],
  ['template', () => true],
];

/**
 * The order statistic that another run stays below in nine of ten cases, rank 0.9 (n + 1): undefined for fewer than
 * {@link ENOUGH}, and if too many were cut off to know it.
 */
function quantileOfNext(lasted: readonly Lasted[]): number | undefined {
  const n = lasted.length;
  return n < ENOUGH ? undefined : estimateQuantile(lasted, Math.min(1, (0.9 * (n + 1)) / n));
}

function assumedHigh(lasted: readonly Lasted[], p50S: number, group: Group): number {
  const spread = spreadOf(group);
  return Math.max(p50S * spread, ...lasted.map(({ seconds, cut }) => seconds * (cut ? spread : 1)));
}

function assumedWords(group: Group): string {
  const more = Math.round((spreadOf(group) - 1) * 100);
  return `the p90 is assumed, ${more} % above the p50 or the longest of them: ${ENOUGH} finished runs would tell`;
}

function spreadOf({ alike: degree, runs }: Group): number {
  if (degree === 'template') return TEMPLATE_SPREAD;
  return runs.every(({ sameGpu, sameCount, workFactor }) => sameGpu && sameCount && workFactor === 1)
    ? SAME_SPREAD
    : OTHER_SPREAD;
}

function cutOff(lasted: readonly Lasted[], group: Group): Forecast {
  const longest = Math.max(...lasted.map(({ seconds }) => seconds));
  const cut = lasted.filter((each) => each.cut).length;
  const basis = `${cut} of ${formatCount(lasted.length, 'run')} ${describeAlike(group.alike)} were ended by their time limit: it takes longer than ${formatDuration(longest)}`;
  return { kind: 'unknown', basis, samples: lasted.length };
}

function basisOf(group: Group, lasted: readonly Lasted[], finished: number): string {
  const cut = lasted.length - finished;
  const { runs } = group;
  const other = runs.find(({ gpuBasis }) => gpuBasis !== undefined);
  return [
    `from ${formatCount(finished, 'finished run')} ${describeAlike(group.alike)}${placeWords(runs)}`,
    ...(runs.some(({ workFactor }) => workFactor !== 1) ? ['scaled by the work'] : []),
    ...(runs.some(({ sameCount }) => !sameCount) ? ['scaled by the number of GPUs with an assumed efficiency'] : []),
    ...(other === undefined ? [] : [`scaled to this GPU by ${other.gpuBasis}`]),
    ...(cut === 0 ? [] : [`${formatCount(cut, 'more run')} lasted longer than the limit`]),
  ].join('; ');
}

function placeWords(runs: readonly Scaled[]): string {
  const names = [...new Set(runs.flatMap(({ run }) => run.gpuName ?? []))];
  return names.length === 0 ? '' : ` on ${names.join(', ')}`;
}

function fromFlops({ job, gpu, flops }: RunTimeQuestion): Forecast | undefined {
  if (flops === undefined || gpu === undefined || job.gpus === 0) return undefined;
  return forecastFromFlops(flops, { gpu, gpus: job.gpus, nodes: job.nodes });
}

function unknown({ pastRuns, job, gpu }: RunTimeQuestion): Forecast {
  const some = selectTellingRuns(pastRuns).some((run) => run.template === job.template && run.stage === job.stage);
  const basis = some
    ? 'no finished run can be compared: the GPU of those runs, or how much they computed, is not known'
    : `no similar run has finished${job.gpus === 0 || gpu === undefined ? '' : '; its parameters do not tell how much it computes: a known model with max_steps, num_samples, train_tokens or epochs of a known dataset would'}`;
  return { kind: 'unknown', basis, samples: 0 };
}
