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
import type { Answer, Command } from '../../shell/command.ts';
import { estimateAnswer } from '../../views/resources/estimate-view.ts';
import { rowsAnswer } from '../../views/resources/estimate-rows-view.ts';
import type { Flag } from '../../flags/flags.ts';
import type { Session } from '../../shell/session.ts';
import { readSets } from '../../flags/sets.ts';

const MODEL = 'Model';
const STEP = 'Training step';

const FLAGS: readonly Flag[] = [
  { name: 'template', value: 'T', help: 'For a template, with its default parameters', offers: 'template' },
  { name: 'set', value: 'KEY=VALUE', many: 'repeat', help: 'With --template: any value by its path' },
  { name: 'stage', value: 'NAME', help: 'This stage; by default the first one' },
  { name: 'gpu', value: 'NAME', many: 'words', help: 'On these GPUs, as in GRES strings; by default the common ones' },
  { name: 'from', value: 'FILE', help: 'For each line of a JSONL file: predicted_gib', offers: 'file' },
  { name: 'evaluate', help: 'With --from: compare with device_used_gib of each line' },
  { name: 'model', value: 'NAME', help: 'resnet50, gpt2, meta-llama/Llama-3.1-8B', heading: MODEL },
  { name: 'config', value: 'FILE', help: "A model's config.json, as at Hugging Face", heading: MODEL, offers: 'file' },
  { name: 'params', value: 'N', help: 'Parameters: 1.3e9, 7B, 350M', heading: MODEL },
  { name: 'layers', value: 'N', help: 'Layers of a transformer', heading: MODEL },
  { name: 'hidden', value: 'N', help: 'Its width', heading: MODEL },
  { name: 'heads', value: 'N', help: 'Its attention heads', heading: MODEL },
  { name: 'ffn', value: 'N', help: 'Width of its feed-forward part', heading: MODEL },
  { name: 'vocab', value: 'N', help: 'Its vocabulary', heading: MODEL },
  { name: 'activations', value: 'GIB', help: 'With --params: GiB that one sample keeps, in 32 bits', heading: MODEL },
  { name: 'batch-size', value: 'N', help: 'Samples at once on one GPU', heading: STEP },
  { name: 'seq-len', value: 'N', help: 'Tokens of the longest sample', heading: STEP },
  { name: 'resolution', value: 'N', help: 'Pixels of a side of an image', heading: STEP },
  { name: 'precision', value: 'P', help: 'What it computes in', heading: STEP, choices: PRECISIONS },
  { name: 'optimizer', value: 'O', help: 'What updates the weights', heading: STEP, choices: OPTIMIZERS },
  { name: 'gradient-checkpointing', help: 'Layers are run again on the way back', heading: STEP },
  { name: 'lora-r', value: 'R', help: 'Adapters of this rank; the rest is frozen', heading: STEP },
  {
    name: 'lora-targets',
    value: 'NAME',
    many: 'words',
    help: 'Beside these matrices; q_proj v_proj by default',
    heading: STEP,
  },
  { name: 'quantised', value: 'Q', help: 'The frozen weights', heading: STEP, choices: ['nf4', 'int8'] },
  { name: 'attention', value: 'A', help: 'eager keeps the matrix', heading: STEP, choices: ['sdpa', 'flash', 'eager'] },
  { name: 'sharding', value: 'S', help: 'How GPUs share the model', heading: STEP, choices: SHARDINGS },
  { name: 'gpus', value: 'N', help: 'So many GPUs share it', heading: STEP },
];

export const command: Command = {
  name: 'estimate',
  summary: 'GPU memory of a training, and where it fits',
  examples: [
    ['sheaf estimate resnet50_exp'],
    ['sheaf estimate resnet50_exp --batch-size 512', 'what if'],
    ['sheaf estimate --model resnet50 --batch-size 128 --precision amp_bf16 --optimizer momentum'],
    ['sheaf estimate --config config.json --batch-size 4 --seq-len 2048 --precision bf16 --gradient-checkpointing'],
    ['sheaf estimate --model llama3-8b --batch-size 1 --seq-len 2048 --precision bf16 --lora-r 16 --gpu a100_40 l40s'],
    ['sheaf estimate --from configurations.jsonl --evaluate', 'predictions beside what was measured'],
  ],
  positionals: [{ name: 'ID', min: 0, offers: 'experiment' }],
  flags: FLAGS,
  notes: [
    'GiB are 2^30 bytes, as the driver reports them, the CUDA context included. Fits: at most 85 % of what is usable; tight: at most 97 %.',
    'In a project, runs of the same model whose peak the monitor measured correct the estimate; a run of the very same setup is the answer.',
  ],
  run: async (args, session) => {
    const from = args.text('from');
    if (from !== undefined) {
      throwBeside(args);
      return rowsAnswer(estimateRows(from), args.has('evaluate'));
    }
    if (args.has('evaluate')) {
      throw inputError('cli.estimate.evaluate', '--evaluate does nothing without --from', { fix: 'add --from FILE' });
    }
    return oneEstimate(args, session);
  },
};

/** The lines of a file say all. @throws SheafError `cli.estimate.from` */
function throwBeside(args: Args): void {
  const flags = FLAGS.filter(({ name }) => name !== 'from' && name !== 'evaluate' && args.has(name));
  const beside = [...args.positionals, ...flags.map(({ name }) => `--${name}`)];
  if (beside.length === 0) return;
  throw inputError(
    'cli.estimate.from',
    `${beside.join(' and ')} ${beside.length === 1 ? 'does' : 'do'} nothing with --from`,
    {
      why: 'each line of the file says its model, batch and precision',
      fix: 'write them in the lines of the file, or leave out --from',
    },
  );
}

async function oneEstimate(args: Args, session: Session): Promise<Answer> {
  const [expId] = args.positionals;
  const template = args.text('template');
  const config = args.text('config');
  const model = config === undefined ? args.text('model') : readModelConfig(config);
  const numbers = numbersOf(args);
  if (expId === undefined && template === undefined && model === undefined && numbers === undefined) {
    throw inputError('cli.estimate.what', 'it is not said whose memory to estimate', {
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

/** A model by its name needs no project; inside of one, its measured runs count. */
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
