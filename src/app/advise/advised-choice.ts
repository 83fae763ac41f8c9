import { NAME_WORDS, type Forecast } from '../../advisor/index.ts';
import type { AdviceRecord, PredictedRange, Predictions } from '../../core/experiment/advised.ts';
import type { Advice, OfferedChoice } from './advise-core.ts';

/** A choice as the journal keeps it, beside the others that there were. */
export function toAdviceRecord({ choices, reference }: Advice, choice: OfferedChoice): AdviceRecord {
  return {
    choice: choice.set,
    name: formatChoiceNames(choice),
    why: [...choice.reasons, ...(reference === undefined ? [] : [levelWords(choice, reference)])].join('; '),
    warnings: choice.warnings,
    alternatives: choices
      .filter((other) => other !== choice)
      .map((other) => ({ name: formatChoiceNames(other), choice: other.set, why: other.reasons.join('; ') })),
    predictions: predictionsOf(choice),
  };
}

/** `fastest, cheapest` */
export function formatChoiceNames({ names }: Pick<OfferedChoice, 'names'>): string {
  return names.map((name) => NAME_WORDS[name]).join(', ');
}

function levelWords({ candidate }: OfferedChoice, reference: string): string {
  const level = candidate.comparability?.level;
  return level === undefined ? `not known how it compares with ${reference}` : `level ${level} beside ${reference}`;
}

function predictionsOf({ candidate: { need, wait, run, gpus } }: OfferedChoice): Predictions {
  return {
    ...(need.gib === undefined || gpus === 0 ? {} : { memory: { gib: need.gib, basis: need.basis } }),
    ...(wait.kind === 'unknown' ? {} : { wait: toPredictedRange(wait) }),
    ...(run.kind === 'unknown' ? {} : { run: toPredictedRange(run) }),
  };
}

function toPredictedRange({ kind, p50S, p90S, basis }: Forecast): PredictedRange {
  return { kind, ...(p50S === undefined ? {} : { p50S }), ...(p90S === undefined ? {} : { p90S }), basis };
}
