import { formatRange } from '../../../core/experiment/advice-words.ts';
import { formatAdvised, type AdviceRecord, type PredictedRange } from '../../../core/experiment/advised.ts';

/** What was predicted, and what else could have been chosen. */
export function advisedRows({
  predictions: { memory, wait, run },
  warnings,
  alternatives,
}: AdviceRecord): [string, string][] {
  return [
    ['wait', formatPrediction(wait)],
    ['runs', formatPrediction(run)],
    ['memory', memory === undefined ? '' : `${memory.gib.toFixed(1)} GiB on each GPU: ${memory.basis}`],
    ...warnings.map((warning): [string, string] => ['warning', warning]),
    ...alternatives.map((other): [string, string] => ['or', formatAdvised(other)]),
  ];
}

function formatPrediction(predicted: PredictedRange | undefined): string {
  return predicted === undefined ? '' : `${formatRange(predicted)}: ${predicted.basis}`;
}
