import type { BatchRule, BatchSplit } from '../job/job.ts';

/** No global batch has more samples; to look for the divisors of absurd ones would never end. */
const MOST = 2 ** 31;

/**
 * All ways to reach the global batch exactly on that number of GPUs, the fewest steps of accumulation first: micro-batch ×
 * GPUs × accumulation = global. Sizes need not be powers of two. Accumulation costs little time (a micro-batch of 1
 * accumulated four times took 14 % longer than one of 4 in Hugging Face's measurement of BERT), so it is what gives way. If
 * the model has BatchNorm, the micro-batch that it had comes first.
 */
export function batchSplits(rule: BatchRule, gpus: number): BatchSplit[] {
  const each = rule.global / gpus;
  if (!Number.isInteger(each) || rule.global > MOST) return [];
  return divisors(each)
    .map((accumulation) => ({ micro: each / accumulation, accumulation }))
    .filter(({ micro, accumulation }) => isAllowed(rule, micro, accumulation))
    .toSorted((a, b) => Number(b.micro === rule.normMicro) - Number(a.micro === rule.normMicro));
}

function isAllowed(rule: BatchRule, micro: number, accumulation: number): boolean {
  if (micro > (rule.maxMicro ?? Infinity)) return false;
  if (rule.accumulation !== undefined && accumulation !== rule.accumulation) return false;
  return rule.micro === undefined || micro === rule.micro;
}

/** Smallest first. */
function divisors(number: number): number[] {
  const small: number[] = [];
  const large: number[] = [];
  for (let i = 1; i * i <= number; i += 1) {
    if (number % i !== 0) continue;
    small.push(i);
    if (i * i !== number) large.unshift(number / i);
  }
  return [...small, ...large];
}

/** Why no split is left, in words. */
export function describeNoSplit(rule: BatchRule, gpus: number): string {
  const whole = `the global batch of ${rule.global}`;
  if (rule.global > MOST) return `${whole} is more than any: at most ${MOST}`;
  if (!Number.isInteger(rule.global / gpus)) return `${whole} cannot be divided evenly over ${gpus} GPUs`;
  if (rule.micro !== undefined || rule.accumulation !== undefined) {
    const frozen = [
      ...(rule.micro === undefined ? [] : [`a micro-batch of ${rule.micro}`]),
      ...(rule.accumulation === undefined ? [] : [`accumulation over ${rule.accumulation}`]),
    ].join(' and ');
    return `${gpus} GPUs with ${frozen} would not give ${whole}`;
  }
  return `${whole} has no micro-batch up to ${rule.maxMicro ?? rule.global} on ${gpus} GPUs`;
}
