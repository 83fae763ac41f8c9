import {
  describeBatch,
  describeCosts,
  formatAmount,
  formatRange,
  LEVEL_WORDS,
  NAME_WORDS,
} from '../../../core/experiment/advice-words.ts';
import { quoteShellWord } from '../../../core/text/bash.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import { formatDuration } from '../../../core/units.ts';
import type { CandidateJson, ChoiceJson } from '../../../json/index.ts';

/** `a100 with 2 × 4 × a100`: the partition, and nodes × GPUs on each. */
export function describePlace({
  partition,
  nodes,
  gpus_per_node: perNode,
  gpus,
  gpu_type,
  gpu,
}: CandidateJson): string {
  if (gpus === 0) return partition;
  return `${partition} with ${nodes > 1 ? `${nodes} × ` : ''}${perNode} × ${gpu_type || (gpu ?? 'GPU')}`;
}

/** `fastest, cheapest` */
export function describeNames({ names }: Pick<ChoiceJson, 'names'>): string {
  return names.map((name) => NAME_WORDS[name]).join(', ');
}

/** Resources and parameters of a choice as words of a command: `--set partition=a100 --set num_gpus=4`. */
export function writeSets({ set, params }: Pick<ChoiceJson, 'set' | 'params'>): string {
  return Object.entries({ ...set, ...params })
    .map(([name, value]) => `--set ${quoteShellWord(`${name}=${value}`)}`)
    .join(' ');
}

type ForecastJson = CandidateJson['wait'];

/** `≈ 20m – 1h 00m` */
export function describeForecast({ kind, p50_seconds: p50S, p90_seconds: p90S }: ForecastJson): string {
  return formatRange({ kind, ...(p50S === null ? {} : { p50S }), ...(p90S === null ? {} : { p90S }) });
}

/** Wait and run together. */
export function describeDone({ done_seconds: done, run }: CandidateJson): string {
  if (done === null) return 'unknown';
  return describeForecast({ ...run, kind: 'history', p50_seconds: done.p50, p90_seconds: done.p90 });
}

/** Where a forecast comes from, with how many cases are behind it and how earlier ones of its kind came true. */
export function describeBasis({ basis, samples, hit_rate: rate }: ForecastJson): string {
  return [
    basis,
    ...(samples > 0 ? [`n = ${samples}`] : []),
    ...(rate === null ? [] : [`of the earlier forecasts of this kind, ${rate.held} of ${rate.of} p90 held`]),
  ].join('; ');
}

/** `batch 64 × 4 GPUs × 2 accumulated`; empty if the batch is not known. */
export function describeSplit({ micro_batch: micro, accumulation, gpus, sharding }: CandidateJson): string {
  const batch = micro === null ? '' : describeBatch(micro, gpus, accumulation ?? 1);
  const spread = sharding === null || sharding === 'none' ? '' : sharding.toUpperCase();
  return [batch, spread].filter((text) => text !== '').join('; ');
}

/** `11 GPU hours at the p50, 28 at the p90; 43 RGU hours`: of all jobs. */
export function describeCost({ cost, gpus }: CandidateJson): string {
  const unit = gpus === 0 ? 'CPU hours' : 'GPU hours';
  const hours = (gpus === 0 ? cost.cpu_hours : cost.gpu_hours) ?? { p50: null, p90: null };
  const { p50, p90 } = hours;
  const most = p90 === null ? '' : `${formatAmount(p90)} ${unit} at the p90`;
  const half = p50 === null ? '' : `${formatAmount(p50)} ${unit} at the p50`;
  const others = describeCosts({
    rguHours: cost.rgu_hours?.p50 ?? undefined,
    billing: cost.billing?.p50 ?? undefined,
    kwhAtMost: cost.kwh_at_most?.p50 ?? undefined,
  });
  const rates = [
    ...(cost.rgu_per_hour === null ? [] : [`${formatAmount(cost.rgu_per_hour)} RGU hours`]),
    ...(cost.billing_per_hour === null ? [] : [`${formatAmount(cost.billing_per_hour)} billing units`]),
  ];
  const words = [half, most, others].filter((text) => text !== '');
  if (words.length > 0) return words.join('; ');
  return rates.length === 0 ? 'unknown' : `unknown in all, as the run time is; in an hour ${rates.join(', ')}`;
}

/** `B, the same method: another type of GPU`; undefined if there is nothing to compare with. */
export function describeLevel({ comparable }: CandidateJson, reference: string | null): string | undefined {
  if (comparable === null) return undefined;
  const { level, reasons } = comparable;
  const beside = reference === null ? '' : ` as ${reference}`;
  return `${level}, ${LEVEL_WORDS[level]}${beside}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`;
}

/** The limit that the job would get. */
export function describeLimit({ time_limit_seconds: limit }: CandidateJson): string {
  return limit === null ? 'none known' : formatDuration(limit);
}

/** Of a sweep: how its jobs share the place. */
export function describeWaves({ waves }: CandidateJson): string | undefined {
  return waves === null
    ? undefined
    : `${formatCount(waves.count, 'wave')} of ${waves.at_once} at once (${waves.because})`;
}
