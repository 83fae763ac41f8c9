import { flatten, type Value, type ValueMap } from '../../core/value.ts';
import { MICRO_BATCH_NAMES } from '../job/batch-params.ts';
import { asAttention, asOptimizer, asPrecision, asSharding } from './words.ts';
import { makeModelFromNumbers, parseModel } from './resolve-model.ts';
import type { GenericShape, ModelShape, TrainingPrecision, TrainingSetup } from './trace/setup.ts';

/** The names that parameters have in common training programs, the most telling first. */
const NAMES = {
  model: [
    'model',
    'model_name',
    'model_name_or_path',
    'pretrained_model_name_or_path',
    'base_model',
    'pretrained_model',
    'arch',
    'architecture',
    'backbone',
    'network',
    'net',
    'model_type',
    'model_id',
  ],
  batch: MICRO_BATCH_NAMES,
  seqLen: [
    'seq_len',
    'seq_length',
    'sequence_length',
    'max_seq_length',
    'max_seq_len',
    'max_length',
    'max_len',
    'block_size',
    'context_length',
    'model_max_length',
    'cutoff_len',
    'n_ctx',
    'max_sequence_length',
  ],
  resolution: ['resolution', 'image_size', 'img_size', 'input_size', 'train_crop_size', 'crop_size', 'im_size'],
  precision: ['precision', 'mixed_precision', 'amp_dtype', 'dtype', 'torch_dtype'],
  optimizer: ['optimizer', 'optim', 'optimizer_name', 'opt'],
  momentum: ['momentum'],
  checkpointing: [
    'gradient_checkpointing',
    'activation_checkpointing',
    'grad_checkpointing',
    'use_gradient_checkpointing',
    'checkpoint_activations',
    'grad_checkpoint',
  ],
  loraRank: ['lora_r', 'lora_rank', 'r', 'rank'],
  loraTargets: ['lora_target_modules', 'target_modules', 'lora_targets', 'lora_target'],
  attention: ['attn_implementation', 'attention', 'attention_implementation', 'attn'],
  sharding: ['sharding', 'strategy', 'distributed_strategy', 'zero_stage', 'fsdp', 'parallel'],
  params: ['params', 'n_params', 'num_params', 'num_parameters'],
  layers: ['num_layers', 'n_layers', 'n_layer', 'num_hidden_layers', 'depth'],
  hidden: ['hidden_size', 'd_model', 'n_embd', 'embed_dim', 'hidden_dim', 'dim'],
  heads: ['num_heads', 'n_heads', 'n_head', 'num_attention_heads'],
  ffn: ['ffn_dim', 'd_ff', 'intermediate_size', 'ffn_hidden_size'],
  vocab: ['vocab_size', 'n_vocab'],
} as const;

/** A thousand times the largest models that were ever trained. */
const MOST_PARAMS = 1e15;

/** Transformers have up to some hundred layers; of absurdly many the dry run would not end. */
const MOST_LAYERS = 1000;

export type SetupFrom =
  | { readonly setup: TrainingSetup; readonly assumptions: readonly string[] }
  /** One sentence for each thing that is missing. */
  | { readonly unknown: readonly string[] };

/** What parameters do not say. */
export interface SetupContext {
  /** GPUs that the model is spread over. */
  readonly ranks?: number;
  /** What is given beside the parameters, and takes precedence over them. */
  readonly given?: Partial<TrainingSetup>;
}

/** A training setup by an experiment's own parameter names; what they leave open is assumed, with a remark. */
export function readSetup(params: ValueMap, context: SetupContext = {}): SetupFrom {
  const read = readerOf(params);
  const { given = {} } = context;
  const model = given.model ?? modelOf(read);
  const microBatch = given.microBatch ?? read.number('batch');
  const unknown = [
    ...(model === undefined ? [unknownModel(read)] : []),
    ...(model?.kind === 'generic' && model.activationGibPerSample === undefined ? [onlyParameters(model)] : []),
    ...(model?.kind === 'transformer' && model.layers > MOST_LAYERS
      ? [`${model.name} would have ${model.layers} layers: sheaf estimates at most ${MOST_LAYERS}`]
      : []),
    ...(model !== undefined && 'params' in model && (model.params ?? 0) > MOST_PARAMS
      ? [`${model.name} would have more than 10^15 parameters: sheaf estimates no larger models`]
      : []),
    ...(microBatch !== undefined && !Number.isSafeInteger(microBatch)
      ? [`a batch of ${microBatch} is not a whole number`]
      : []),
    ...(microBatch === undefined
      ? ['no parameter says the batch size (batch_size, per_device_train_batch_size, …)']
      : []),
  ];
  if (model === undefined || microBatch === undefined || unknown.length > 0) return { unknown };
  const assumptions: string[] = (['seqLen', 'resolution'] as const).flatMap((what) => {
    const said = read.value(what);
    return said === undefined || read.number(what) !== undefined
      ? []
      : [`${NAMES[what][0]} is ${JSON.stringify(said)}, which is no number above 0: it is not used`];
  });
  const assume = <T>(value: T | undefined, otherwise: T, words: string): T => {
    if (value === undefined) assumptions.push(words);
    return value ?? otherwise;
  };
  const seqLen = read.number('seqLen');
  const resolution = read.number('resolution');
  const lora = loraOf(read);
  const quantised = quantisedOf(read);
  const setup: TrainingSetup = {
    model,
    microBatch,
    ...(seqLen === undefined ? {} : { seqLen }),
    ...(resolution === undefined ? {} : { resolution }),
    precision: assume(given.precision ?? precisionOf(read), 'fp32', otherwise('precision', read, 'fp32')),
    optimizer: assume(given.optimizer ?? optimizerOf(read), 'adamw', otherwise('the optimizer', read, 'adamw')),
    gradientCheckpointing: read.flag('checkpointing') ?? false,
    ...(lora === undefined ? {} : { lora }),
    ...(quantised === undefined ? {} : { quantised }),
    attention: asAttention(read.text('attention') ?? '') ?? 'sdpa',
    sharding: shardingOf(read, context.ranks ?? 1),
    ...given,
  };
  return { setup, assumptions };
}

/** What is given and not understood must not seem to be absent. */
function otherwise(what: 'precision' | 'the optimizer', read: Reader, assumed: string): string {
  const said = read.text(what === 'precision' ? 'precision' : 'optimizer');
  return said === undefined
    ? `${what} is not given: ${assumed}`
    : `${what} ${JSON.stringify(said)} is not known: ${assumed} is assumed`;
}

type What = keyof typeof NAMES;

interface Reader {
  value(what: What): Value | undefined;
  text(what: What): string | undefined;
  number(what: What): number | undefined;
  flag(what: What): boolean | undefined;
  /** A parameter by its own name, last part of a dotted one. */
  named(name: string): Value | undefined;
}

/** Parameters by the last part of their dotted names, case and dashes aside. */
function readerOf(params: ValueMap): Reader {
  const values = new Map<string, Value>();
  for (const [key, value] of [...Object.entries(params), ...flatten(params)]) {
    const dotted = key.toLowerCase().replaceAll('-', '_');
    for (const name of [dotted, dotted.replaceAll('.', '_'), dotted.split('.').at(-1) ?? dotted]) {
      if (!values.has(name)) values.set(name, value);
    }
  }
  const value = (what: What): Value | undefined =>
    NAMES[what].map((name) => values.get(name)).find((found) => found !== undefined && found !== null);
  return {
    value,
    named: (name) => values.get(name),
    text: (what) => {
      const found = value(what);
      return found === undefined ? undefined : wordOf(found) || undefined;
    },
    number: (what) => {
      const found = value(what);
      return typeof found === 'number' && found > 0 ? found : undefined;
    },
    flag: (what) => {
      const found = value(what);
      return typeof found === 'boolean' ? found : undefined;
    },
  };
}

function modelOf(read: Reader): ModelShape | undefined {
  for (const name of NAMES.model) {
    const found = parseModel(read.named(name) ?? null);
    if (found !== undefined) return found;
  }
  const named = read.text('model');
  return makeModelFromNumbers({ ...(named === undefined ? {} : { name: named }), ...sizesOf(read) });
}

function sizesOf(read: Reader): { readonly [size: string]: number } {
  const sizes = (['params', 'layers', 'hidden', 'heads', 'ffn', 'vocab'] as const).map(
    (what) => [what, read.number(what)] as const,
  );
  return Object.fromEntries(sizes.filter((pair): pair is readonly [(typeof pair)[0], number] => pair[1] !== undefined));
}

function onlyParameters({ name, params }: GenericShape): string {
  return `of ${name} only the ${params} parameters are known, not what a sample keeps for the backward pass`;
}

function unknownModel(read: Reader): string {
  const named = read.text('model');
  return named === undefined
    ? 'no parameter says which model is trained (model, arch, model_name_or_path, …)'
    : `the model ${JSON.stringify(named)} is not known`;
}

/** `bf16: true` and `fp16: true` are autocast, as in Hugging Face's Trainer; a `torch_dtype` is the type of the weights. */
function precisionOf(read: Reader): TrainingPrecision | undefined {
  const weights = asPrecision(wordOf(read.named('torch_dtype')));
  if (weights === 'bf16' || weights === 'fp16') return weights;
  const said = read.text('precision');
  const precision = said === undefined ? undefined : asPrecision(said, read.named('mixed_precision') === said);
  if (read.named('bf16') === true) return 'amp_bf16';
  if (read.named('fp16') === true) return 'amp_fp16';
  const amp = read.named('amp') ?? read.named('use_amp');
  if (amp === true) return precision === 'fp16' ? 'amp_fp16' : 'amp_bf16';
  if (precision !== undefined) return precision;
  if (read.named('tf32') === true) return 'tf32';
  return amp === false || read.named('bf16') === false || read.named('fp16') === false ? 'fp32' : undefined;
}

function optimizerOf(read: Reader): TrainingSetup['optimizer'] | undefined {
  const optimizer = asOptimizer(read.text('optimizer') ?? '');
  return optimizer === 'sgd' && read.number('momentum') !== undefined ? 'momentum' : optimizer;
}

/** The matrices that adapters are put beside by default. */
const LORA_TARGETS = ['q_proj', 'v_proj'];

function loraOf(read: Reader): TrainingSetup['lora'] {
  const uses = read.named('use_lora') ?? read.named('lora');
  if (uses === false) return undefined;
  const rank = [
    read.named('lora_r'),
    read.named('lora_rank'),
    uses === undefined ? undefined : (read.number('loraRank') ?? 8),
  ];
  const r = rank.find((value): value is number => typeof value === 'number' && value > 0);
  if (r === undefined) return undefined;
  const targets = read.value('loraTargets');
  return { r, targets: listTargets(targets) };
}

/** Names as a list or as words; `all-linear` is one of them. */
export function listTargets(targets: Value | undefined): readonly string[] {
  if (Array.isArray(targets)) return targets.map(wordOf);
  if (typeof targets !== 'string') return LORA_TARGETS;
  return targets.split(/[\s,]+/).filter((target) => target !== '');
}

function quantisedOf(read: Reader): TrainingSetup['quantised'] {
  const said = wordOf(read.named('quantization') ?? read.named('quantize'));
  if (read.named('load_in_4bit') === true || read.named('qlora') === true || /nf4|4.?bit/.test(said)) return 'nf4';
  return read.named('load_in_8bit') === true || /int8|8.?bit/.test(said) ? 'int8' : undefined;
}

function shardingOf(read: Reader, ranks: number): TrainingSetup['sharding'] {
  const stage = read.named('zero_stage');
  const said =
    stage === undefined
      ? (read.text('sharding') ?? (read.named('fsdp') === true ? 'fsdp' : ''))
      : `zero${wordOf(stage)}`;
  return { kind: asSharding(said) ?? (ranks > 1 ? 'ddp' : 'none'), ranks };
}

function wordOf(value: Value | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
