import {
  asAttention,
  asOptimizer,
  asPrecision,
  asSharding,
  estimate,
  estimateRows,
  OPTIMIZERS,
  PRECISIONS,
  readModelConfig,
  SHARDINGS,
  type EstimateRequest,
  type ExperimentManager,
  type ModelNumbers,
} from '../../../app/index.ts';
import { inputError, SheafError } from '../../../core/errors.ts';
import { withoutUndefined } from '../../../core/value.ts';
import type { Args } from '../../flags/args.ts';
import type { Command } from '../../shell/command.ts';
import type { Answer } from '../../shell/answer.ts';
import { estimateAnswer } from '../../views/resources/estimate-view.ts';
import { rowsAnswer } from '../../views/resources/estimate-rows-view.ts';
import type { Flag } from '../../flags/flags.ts';
import type { Session } from '../../shell/session.ts';
import { readSets } from '../../flags/sets.ts';
import { ID_OR_TEMPLATE, readTarget } from './target.ts';

const MODEL = 'Model';
const STEP = 'Training step';

const FLAGS: readonly Flag[] = [
  { name: 'template', value: 'T', help: 'Same as TEMPLATE, with its default parameters', offers: 'template' },
  { name: 'set', value: 'KEY=VALUE', many: 'repeat', help: 'With TEMPLATE: set any value by its path' },
  { name: 'stage', value: 'NAME', help: 'Stage (default: the first one)' },
  {
    name: 'gpu',
    value: 'NAME',
    many: 'words',
    help: 'GPUs to check, named as in GRES strings (default: the common ones)',
  },
  { name: 'from', value: 'FILE', help: 'Predict predicted_gib for each line of a JSONL file', offers: 'file' },
  { name: 'evaluate', help: 'With --from: compare with device_used_gib of each line' },
  { name: 'model', value: 'NAME', help: 'resnet50, gpt2, meta-llama/Llama-3.1-8B', heading: MODEL },
  { name: 'config', value: 'FILE', help: "A model's config.json, as on Hugging Face", heading: MODEL, offers: 'file' },
  { name: 'params', value: 'N', help: 'Number of parameters: 1.3e9, 7B, 350M', heading: MODEL },
  { name: 'layers', value: 'N', help: 'Layers of a transformer', heading: MODEL },
  { name: 'hidden', value: 'N', help: 'Width of a transformer', heading: MODEL },
  { name: 'heads', value: 'N', help: 'Attention heads', heading: MODEL },
  { name: 'ffn', value: 'N', help: 'Width of the feed-forward part', heading: MODEL },
  { name: 'vocab', value: 'N', help: 'Vocabulary size', heading: MODEL },
  {
    name: 'activations',
    value: 'GIB',
    help: 'With --params: GiB of activations per sample, in 32 bits',
    heading: MODEL,
  },
  { name: 'batch-size', value: 'N', help: 'Samples at once on one GPU', heading: STEP },
  { name: 'seq-len', value: 'N', help: 'Tokens of the longest sample', heading: STEP },
  { name: 'resolution', value: 'N', help: 'Side length of an image in pixels', heading: STEP },
  { name: 'precision', value: 'P', help: 'Precision of the computation', heading: STEP, choices: PRECISIONS },
  { name: 'optimizer', value: 'O', help: 'Optimizer', heading: STEP, choices: OPTIMIZERS },
  { name: 'gradient-checkpointing', help: 'Recompute layers in the backward pass', heading: STEP },
  { name: 'lora-r', value: 'R', help: 'LoRA adapters of this rank; the other weights are frozen', heading: STEP },
  {
    name: 'lora-targets',
    value: 'NAME',
    many: 'words',
    help: 'Matrices with adapters (default: q_proj v_proj)',
    heading: STEP,
  },
  {
    name: 'quantised',
    value: 'Q',
    help: 'Quantization of the frozen weights',
    heading: STEP,
    choices: ['nf4', 'int8'],
  },
  {
    name: 'attention',
    value: 'A',
    help: 'Attention kernel; eager keeps the attention matrix',
    heading: STEP,
    choices: ['sdpa', 'flash', 'eager'],
  },
  { name: 'sharding', value: 'S', help: 'How the model is distributed over GPUs', heading: STEP, choices: SHARDINGS },
  { name: 'gpus', value: 'N', help: 'Number of GPUs that share the model', heading: STEP },
];

export const command: Command = {
  name: 'estimate',
  summary: 'Estimate the GPU memory of a training run',
  examples: [
    ['sheaf estimate resnet50_exp'],
    ['sheaf estimate resnet50_exp --batch-size 512', 'with another batch size'],
    ['sheaf estimate imagenet', 'for a template'],
    ['sheaf estimate --model resnet50 --batch-size 128 --precision amp_bf16 --optimizer momentum'],
    ['sheaf estimate --config config.json --batch-size 4 --seq-len 2048 --precision bf16 --gradient-checkpointing'],
    ['sheaf estimate --model llama3-8b --batch-size 1 --seq-len 2048 --precision bf16 --lora-r 16 --gpu a100_40 l40s'],
    ['sheaf estimate --from configurations.jsonl --evaluate', 'compare predictions with measurements'],
  ],
  positionals: [ID_OR_TEMPLATE],
  flags: FLAGS,
  notes: [
    'GiB are 2^30 bytes, as the driver reports them, including the CUDA context. "fits" is at most 85 % of the usable memory, "tight" at most 97 %.',
    'In a project, measured peaks of runs of the same model correct the estimate; a run with the same setup replaces it.',
  ],
  run: async (args, session) => {
    const from = args.text('from');
    if (from !== undefined) {
      throwBeside(args);
      return rowsAnswer(estimateRows(from), args.has('evaluate'));
    }
    if (args.has('evaluate')) {
      throw inputError('cli.estimate.evaluate', '--evaluate has no effect without --from', { fix: 'add --from FILE' });
    }
    return oneEstimate(args, session);
  },
};

/** The lines of the file set everything. @throws SheafError `cli.estimate.from` */
function throwBeside(args: Args): void {
  const flags = FLAGS.filter(({ name }) => name !== 'from' && name !== 'evaluate' && args.has(name));
  const beside = [...args.positionals, ...flags.map(({ name }) => `--${name}`)];
  if (beside.length === 0) return;
  throw inputError(
    'cli.estimate.from',
    `${beside.join(' and ')} ${beside.length === 1 ? 'has' : 'have'} no effect with --from`,
    {
      why: 'each line of the file sets its model, batch and precision',
      fix: 'write them into the lines of the file, or omit --from',
    },
  );
}

async function oneEstimate(args: Args, session: Session): Promise<Answer> {
  const { expId, template } = await readTarget(args, session);
  const config = args.text('config');
  const model = config === undefined ? args.text('model') : readModelConfig(config);
  const numbers = numbersOf(args);
  if (expId === undefined && template === undefined && model === undefined && numbers === undefined) {
    throw inputError('cli.estimate.what', 'nothing to estimate: no experiment, template or model is given', {
      fix: 'sheaf estimate ID, or: sheaf estimate --model resnet50 --batch-size 128',
    });
  }
  const request: EstimateRequest = withoutUndefined({
    expId,
    template,
    sets: readSets(args.texts('set')),
    stage: args.text('stage'),
    model,
    numbers,
    given: givenOf(args),
    gpus: args.has('gpu') ? args.texts('gpu') : undefined,
  });
  const isOfProject = expId !== undefined || template !== undefined;
  const manager = isOfProject ? await session.open() : await projectIfAny(session);
  return estimateAnswer(await (manager === undefined ? estimate(undefined, request) : manager.estimate(request)));
}

/** A named model needs no project; inside a project, its measured runs count. */
async function projectIfAny(session: Session): Promise<ExperimentManager | undefined> {
  try {
    return await session.open();
  } catch (error) {
    if (error instanceof SheafError && error.code === 'project.none') return undefined;
    throw error;
  }
}

function numbersOf(args: Args): ModelNumbers | undefined {
  const numbers = withoutUndefined({
    name: args.text('model'),
    params: largeNumber(args.text('params'), 'params'),
    layers: args.count('layers'),
    hidden: args.count('hidden'),
    heads: args.count('heads'),
    ffn: args.count('ffn'),
    vocab: args.count('vocab'),
    activationGibPerSample: largeNumber(args.text('activations'), 'activations'),
  });
  return Object.keys(numbers).some((key) => key !== 'name') ? numbers : undefined;
}

function givenOf(args: Args): NonNullable<EstimateRequest['given']> {
  const r = args.count('lora-r');
  const gpus = args.count('gpus') ?? 1;
  const sharding = asSharding(args.text('sharding') ?? (gpus > 1 ? 'ddp' : ''));
  const quantised = args.text('quantised');
  const targets = args.has('lora-targets') ? args.texts('lora-targets') : ['q_proj', 'v_proj'];
  return withoutUndefined({
    microBatch: args.count('batch-size'),
    seqLen: args.count('seq-len'),
    resolution: args.count('resolution'),
    precision: asPrecision(args.text('precision') ?? ''),
    optimizer: asOptimizer(args.text('optimizer') ?? ''),
    gradientCheckpointing: args.has('gradient-checkpointing') ? true : undefined,
    lora: r === undefined ? undefined : { r, targets },
    quantised: quantised === 'nf4' || quantised === 'int8' ? quantised : undefined,
    attention: asAttention(args.text('attention') ?? ''),
    sharding: sharding === undefined ? undefined : { kind: sharding, ranks: gpus },
  });
}

const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, b: 1e9, t: 1e12 };

/** `1.3e9`, `7B`, `350M`. @throws SheafError `cli.flag.number` */
function largeNumber(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?(?:e\d+)?)([kmbt]?)$/i.exec(text.trim().replaceAll('_', ''));
  const number = Number(match?.[1]) * (FACTORS[(match?.[2] ?? '').toLowerCase()] ?? 1);
  if (match !== null && number > 0) return number;
  throw inputError('cli.flag.number', `--${flag} is not a number above 0: ${JSON.stringify(text)}`, {
    fix: 'write a number such as 1.3e9, 7B or 350M',
  });
}
