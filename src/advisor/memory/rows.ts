import { type Value, type ValueMap, withoutUndefined } from '../../core/value.ts';
import { estimateMemory, type EstimateOptions } from './estimate.ts';
import { resolveModel } from './resolve-model.ts';
import { listTargets } from './setup-from.ts';
import { OPTIMIZERS, PRECISIONS, type ModelShape, type TrainingSetup } from './trace/setup.ts';
import { scaleModel, findStandIn } from './stand-in.ts';
import { asAttention, asOptimizer, asPrecision } from './words.ts';

/** What a table of training configurations says of each, under these names. Measured fields are not among them. */
export const ROW_FIELDS = [
  'family',
  'model',
  'batch_size',
  'seq_len',
  'resolution',
  'precision',
  'optimizer',
  'gradient_checkpointing',
  'lora',
  'attention',
  'params',
  'trainable_params',
] as const;

export type RowEstimate =
  | { readonly predictedGib: number; readonly basis: string; readonly assumptions: readonly string[] }
  /** Why there is no estimate: one sentence each. */
  | { readonly unknown: readonly string[] };

/** The estimate for one configuration of a table: from its fields of {@link ROW_FIELDS} and nothing else. */
export function estimateRow(row: ValueMap, options: EstimateOptions = {}): RowEstimate {
  const made = setupOfRow(row);
  if ('unknown' in made) return made;
  const { totalGib, basis, assumptions } = estimateMemory(made.setup, options);
  return { predictedGib: totalGib, basis: made.standIn ?? basis, assumptions };
}

type SetupOfRow =
  | {
      readonly setup: TrainingSetup;
      /** Where the model is not known: what stands for it. */ readonly standIn?: string;
    }
  | { readonly unknown: readonly string[] };

function setupOfRow(row: ValueMap): SetupOfRow {
  const lora = loraOf(row['lora']);
  const found = modelOfRow(row);
  const microBatch = positive(row['batch_size']);
  const precision = asPrecision(textOf(row['precision'])) ?? PRECISIONS.find((known) => known === row['precision']);
  const optimizer = asOptimizer(textOf(row['optimizer'])) ?? OPTIMIZERS.find((known) => known === row['optimizer']);
  const unknown = [
    ...(found === undefined
      ? [`the model ${JSON.stringify(row['model'] ?? null)} is not known, and no params are given`]
      : []),
    ...(microBatch === undefined ? ['batch_size is not a positive number'] : []),
    ...(precision === undefined ? [`the precision ${JSON.stringify(row['precision'] ?? null)} is not known`] : []),
    ...(optimizer === undefined ? [`the optimizer ${JSON.stringify(row['optimizer'] ?? null)} is not known`] : []),
    ...(lora === null ? ['lora is not of the form {"r": 16, "targets": ["q_proj"]}'] : []),
  ];
  if (
    found === undefined ||
    microBatch === undefined ||
    precision === undefined ||
    optimizer === undefined ||
    lora === null
  ) {
    return { unknown };
  }
  const seqLen = positive(row['seq_len']);
  const resolution = positive(row['resolution']);
  const setup: TrainingSetup = withoutUndefined({
    model: found.model,
    microBatch,
    seqLen,
    resolution,
    precision,
    optimizer,
    gradientCheckpointing: row['gradient_checkpointing'] === true,
    lora,
    attention: asAttention(textOf(row['attention'])) ?? 'sdpa',
    sharding: { kind: 'none', ranks: 1 },
  });
  return found.standIn === undefined ? { setup } : { setup, standIn: found.standIn };
}

/** The model by its name, otherwise one of its family that stands for its size. */
function modelOfRow(row: ValueMap): { readonly model: ModelShape; readonly standIn?: string } | undefined {
  const name = textOf(row['model']);
  const params = positive(row['params']);
  const known = resolveModel(name);
  const trainable = row['lora'] === undefined || row['lora'] === null ? 0 : (positive(row['trainable_params']) ?? 0);
  const own = params === undefined ? undefined : params - trainable;
  if (known !== undefined) return { model: own === undefined ? known : scaleModel(known, own) };
  return own === undefined ? undefined : findStandIn(name, own, textOf(row['family']));
}

/** Undefined: none; null: not to be understood. */
function loraOf(value: Value | undefined): TrainingSetup['lora'] | null {
  if (value === undefined || value === null || value === false) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) return null;
  const { r, targets } = value as ValueMap;
  const rank = positive(r);
  if (rank === undefined) return null;
  return { r: rank, targets: listTargets(targets) };
}

function positive(value: Value | undefined): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}
