import { rangeWords } from './advice-words.ts';
import type { Advised, PredictedRange } from '../../../core/experiment/advised.ts';
import type { Json } from '../../shell/json.ts';

/** `partition=a100 num_gpus=2 (fastest): soonest done: ≈ 7h 30m` */
export function advisedWords({ choice, name, why }: Advised): string {
  return `${settingWords(choice)} (${name}): ${why}`;
}

/** What was foretold, and what else could have been chosen. */
export function advisedRows({
  predictions: { memory, wait, run },
  warnings,
  alternatives,
}: Advised): [string, string][] {
  return [
    ['wait', formatPrediction(wait)],
    ['runs', formatPrediction(run)],
    ['memory', memory === undefined ? '' : `${memory.gib.toFixed(1)} GiB on each GPU: ${memory.basis}`],
    ...warnings.map((warning): [string, string] => ['warning', warning]),
    ...alternatives.map(({ name, choice, why }): [string, string] => [
      'or',
      `${settingWords(choice)} (${name}): ${why}`,
    ]),
  ];
}

function formatPrediction(predicted: PredictedRange | undefined): string {
  return predicted === undefined ? '' : `${rangeWords(predicted)}: ${predicted.basis}`;
}

function settingWords(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

export function advisedJson(advised: Advised | undefined): Json {
  if (advised === undefined) return null;
  const { choice, name, why, warnings, alternatives, predictions } = advised;
  const { memory, wait, run } = predictions;
  return {
    choice,
    name,
    why,
    warnings,
    alternatives: alternatives.map((other) => ({ name: other.name, choice: other.choice, why: other.why })),
    predictions: {
      memory: memory === undefined ? null : { gib_per_gpu: memory.gib, basis: memory.basis },
      wait: predictionJson(wait),
      run: predictionJson(run),
    },
  };
}

function predictionJson(predicted: PredictedRange | undefined): Json {
  if (predicted === undefined) return null;
  const { kind, p50S, p90S, basis } = predicted;
  return { kind, p50_seconds: p50S ?? null, p90_seconds: p90S ?? null, basis };
}
