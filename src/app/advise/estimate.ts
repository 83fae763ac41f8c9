import {
  calibrate,
  estimateMemory,
  findGpuKind,
  listGpuKinds,
  findLargestMicroBatch,
  judgeMemory,
  makeModelFromNumbers,
  listModelNames,
  resolveModel,
  readSetup,
  type GpuKind,
  type GpuPrecision,
  type TraceCache,
  type MemoryEstimate,
  type MemoryVerdict,
  type ModelNumbers,
  type ModelShape,
  type ProjectGpu,
  type TrainingSetup,
} from '../../advisor/index.ts';
import { inputError } from '../../core/errors.ts';
import { suggestName } from '../../core/text/nearest.ts';
import type { ValueMap } from '../../core/value.ts';
import { getMeasuredPeaks, getPrecision } from './advise-model.ts';
import { getAdviceTarget, getTemplateTarget, type AdviceTarget } from './advise-target.ts';
import { readCatalogue } from '../cluster/cluster-facts.ts';
import { findExperiment } from '../project/find.ts';
import { withTraceCache } from './trace-cache.ts';
import { getPastRuns } from '../past-runs/past-runs.ts';
import type { Project } from '../project/project.ts';
import type { Override } from '../project/types.ts';

/** A training whose memory is estimated: by an experiment or template, by what is given here, or both. */
export interface EstimateRequest extends Override {
  readonly expId?: string;
  readonly template?: string;
  readonly stage?: string;
  /** A name, or the contents of a `config.json`. */
  readonly model?: string | ValueMap;
  /** For models that have no name: by their sizes. */
  readonly numbers?: ModelNumbers;
  /** What goes before the parameters. */
  readonly given?: Partial<Omit<TrainingSetup, 'model'>>;
  /** GPUs that the answer is for, by names as in GRES strings; otherwise the common ones. */
  readonly gpus?: readonly string[];
}

/** How a training fits one kind of GPU. */
export interface GpuFit {
  readonly gpu: GpuKind;
  readonly verdict: MemoryVerdict;
  /** The largest micro-batch that fits; undefined: not even one sample does. */
  readonly largestMicroBatch?: number;
  /** The precision that it has no units for. */
  readonly lacks?: GpuPrecision;
}

export type Estimated =
  | {
      readonly name: string;
      readonly setup: TrainingSetup;
      readonly estimate: MemoryEstimate;
      readonly assumptions: readonly string[];
      readonly gpus: readonly GpuFit[];
      readonly unused: readonly Unused[];
    }
  | {
      readonly name: string;
      /** One sentence each. */
      readonly unknown: readonly string[];
      /** Commands of a job of two steps that would tell. */
      readonly probe: readonly string[];
      /** How it comes to an end after two steps, or what must be changed for that: one sentence. */
      readonly probeNote: string;
    };

const SIZES = ['activationGibPerSample', 'ffn', 'heads', 'hidden', 'layers', 'params', 'vocab'] as const;

type OfSomeModels = 'attention' | 'gradientCheckpointing' | 'lora' | 'quantised' | 'resolution' | 'seqLen';

/** What was given and has no effect, by its name in the request, and why: a clause about the model. */
export interface Unused {
  readonly what: OfSomeModels | (typeof SIZES)[number];
  readonly why: string;
}

/** What each kind of model is, and what its memory does not depend on. */
const NO_USE: Readonly<Record<ModelShape['kind'], readonly [what: string, ...OfSomeModels[]]>> = {
  transformer: ['is a transformer', 'resolution'],
  vision: ['is a vision model', 'seqLen', 'lora', 'quantised', 'attention'],
  generic: [
    'is known by its parameters alone',
    'seqLen',
    'resolution',
    'lora',
    'quantised',
    'attention',
    'gradientCheckpointing',
  ],
};

/** GPUs that are common in clusters, by their ids in the catalogue. */
const COMMON = [
  't4',
  'v100_32',
  'a10',
  'rtx4090',
  'a100_40',
  'l40s',
  'a100_80_sxm',
  'h100_sxm',
  'h200_sxm',
  'b200_sxm',
];

/**
 * The memory that a training takes on one GPU, and on which GPUs it fits. In a project, fitted to runs of the same model
 * whose peak was measured.
 *
 * @throws SheafError `estimate.what`, `estimate.model` for a configuration without sizes, `estimate.batch`, `estimate.gpu`
 */
export function estimate(project: Project | undefined, request: EstimateRequest): Promise<Estimated> {
  return project === undefined
    ? makeEstimate(undefined, request, new Map())
    : withTraceCache(project, (traces) => makeEstimate(project, request, traces));
}

async function makeEstimate(
  project: Project | undefined,
  request: EstimateRequest,
  traces: TraceCache,
): Promise<Estimated> {
  const target = await getEstimateTarget(project, request);
  const model = modelGiven(request);
  const given = { ...request.given, ...(model === undefined ? {} : { model }) };
  const ranks = given.sharding?.ranks ?? ranksOf(target);
  const found = readSetup(target?.params ?? {}, { ranks, given });
  const name = target?.name ?? model?.name ?? (typeof request.model === 'string' ? request.model : 'the model');
  const strange = typeof request.model === 'string' && model === undefined ? [unknownModel(request.model)] : [];
  if (target === undefined && given.microBatch === undefined && strange.length === 0) {
    throw inputError('estimate.batch', 'the batch size is missing', {
      fix: 'add --batch-size 32: samples at once on one GPU',
    });
  }
  if ('unknown' in found || strange.length > 0) {
    const unknown =
      'unknown' in found ? [...found.unknown, ...(request.numbers === undefined ? [] : [MORE_NUMBERS])] : [];
    return { name, unknown: strange.length > 0 ? strange : unknown, ...probeOf(target) };
  }
  const { setup, assumptions } = found;
  const own = project === undefined ? [] : (await readCatalogue(await project.config())).gpus;
  const measured =
    project === undefined
      ? []
      : getMeasuredPeaks(setup, await getPastRuns(project, { limit: 500, usage: 'records' }), traces);
  const estimateSetup = (changed: TrainingSetup): MemoryEstimate =>
    calibrate(estimateMemory(changed, { traces }), changed, measured);
  const answer = estimateSetup(setup);
  return {
    name,
    setup,
    estimate: answer,
    assumptions: [...new Set([...assumptions, ...answer.assumptions])],
    gpus: kindsFor(request.gpus, own).map((gpu) => fitOf(gpu, setup, answer, estimateSetup)),
    unused: unusedOf(request, setup),
  };
}

function unusedOf({ given = {}, model, numbers = {} }: EstimateRequest, setup: TrainingSetup): readonly Unused[] {
  const { name, kind } = setup.model;
  const [is, ...useless] = NO_USE[kind];
  const isKnown = model !== undefined && resolveModel(model) !== undefined;
  return [
    ...useless.flatMap((what) => (given[what] === undefined ? [] : [{ what, why: `${name} ${is}` }])),
    ...SIZES.flatMap((what) =>
      isKnown && numbers[what] !== undefined ? [{ what, why: `the sizes of ${name} are known` }] : [],
    ),
  ];
}

async function getEstimateTarget(
  project: Project | undefined,
  request: EstimateRequest,
): Promise<AdviceTarget | undefined> {
  const { expId, template, stage } = request;
  if (expId === undefined && template === undefined) return undefined;
  if (project === undefined || (expId !== undefined && template !== undefined)) {
    throw inputError('estimate.what', 'an estimate is for one experiment, for one template, or for a model', {
      fix: 'sheaf estimate ID, or: sheaf estimate TEMPLATE, or: sheaf estimate --model resnet50 --batch-size 128',
    });
  }
  return expId === undefined
    ? getTemplateTarget(project, template ?? '', request, stage)
    : getAdviceTarget(findExperiment(project, expId), stage);
}

function modelGiven({ model, numbers }: EstimateRequest): ModelShape | undefined {
  if (model === undefined) return numbers === undefined ? undefined : makeModelFromNumbers(numbers);
  const found = resolveModel(model);
  if (found !== undefined) return found;
  const byNumbers = numbers === undefined ? undefined : makeModelFromNumbers(numbers);
  if (byNumbers !== undefined) return byNumbers;
  if (typeof model !== 'string') {
    throw inputError('estimate.model', 'the configuration has no number of layers or no width', {
      why: 'it must have num_hidden_layers and hidden_size, or n_layer and n_embd, or num_layers and d_model',
      fix: 'give the config.json of a transformer, or its sizes: --params 1.3e9 --layers 24 --hidden 2048',
    });
  }
  return undefined;
}

const MORE_NUMBERS =
  'what one sample keeps (--activations), or of a transformer its layers and width (--layers, --hidden), would tell';

/** Why a model that was named is not known, with names that were perhaps meant. */
function unknownModel(model: string): string {
  const hint = suggestName(
    model,
    listModelNames(),
    'its config.json (--config) or its sizes (--params, --layers, --hidden) would tell',
  );
  return `the model ${JSON.stringify(model)} is not known: ${hint}`;
}

function ranksOf(target: AdviceTarget | undefined): number {
  const { num_gpus = 1, num_nodes = 1 } = target?.stage.resources ?? {};
  return Math.max(1, num_gpus * num_nodes);
}

/** @throws SheafError `estimate.gpu` */
function kindsFor(names: readonly string[] | undefined, own: readonly ProjectGpu[]): readonly GpuKind[] {
  if (names === undefined || names.length === 0) {
    const all = listGpuKinds();
    return COMMON.flatMap((id) => all.filter((kind) => kind.id === id)).toSorted((a, b) => a.usableGib - b.usableGib);
  }
  return names.map((name) => {
    const kind = listGpuKinds(own).find(({ id }) => id === name) ?? findGpuKind(name, { own });
    if (kind !== undefined) return kind;
    throw inputError('estimate.gpu', `the GPU ${JSON.stringify(name)} is not in the catalogue`, {
      fix: suggestName(
        name,
        listGpuKinds(own).map(({ id }) => id),
        'give a name as in GRES strings: a100, h100, l40s',
      ),
    });
  });
}

/** A measured run moves the largest micro-batch as it moves the estimate. */
function fitOf(
  gpu: GpuKind,
  setup: TrainingSetup,
  answer: MemoryEstimate,
  estimateSetup: (setup: TrainingSetup) => MemoryEstimate,
): GpuFit {
  const largest = findLargestMicroBatch(setup, gpu.usableGib, estimateSetup);
  const precision = getPrecision(setup);
  return {
    gpu,
    verdict: judgeMemory(answer.totalGib, gpu.usableGib),
    ...(precision === undefined || gpu.supports.includes(precision) ? {} : { lacks: precision }),
    ...(largest === undefined ? {} : { largestMicroBatch: largest }),
  };
}

/** Names that programs have for the steps that they make at most. */
const STEP_NAMES = ['max_steps', 'num_steps', 'n_steps', 'steps', 'max_iters', 'iterations', 'total_steps'];

/** For a program outside of any project: the driver is asked five times a second. */
const BARE_PROBE = [
  'nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits -lms 200 > peak.txt & sampler=$!',
  'python train.py --max-steps 2',
  'kill $sampler; sort -n peak.txt | tail -n 1 | awk \'{ print $1 / 1024, "GiB" }\'',
];

/** Optimizer states come with the first update: the second step is the first that has all. */
function probeOf(target: AdviceTarget | undefined): { readonly probe: readonly string[]; readonly probeNote: string } {
  if (target === undefined) {
    return { probe: BARE_PROBE, probeNote: 'Write the number of steps as your program calls it' };
  }
  const steps = STEP_NAMES.find((name) => name in target.params);
  const make =
    target.kind === 'frozen'
      ? `sheaf clone ${target.name} ${target.name}_probe`
      : `sheaf new ${target.name} ${target.name}_probe`;
  const sets = [
    ...(steps === undefined ? [] : [`${steps}=2`]),
    // Without a GPU there is no GPU memory to look at.
    ...(target.stage.resources.num_gpus === undefined ? ['num_gpus=1'] : []),
    'time_limit=00:15:00',
  ];
  return {
    probe: [
      [make, ...sets.map((set) => `--set ${set}`)].join(' '),
      `sheaf submit ${target.name}_probe --wait`,
      `sheaf efficiency ${target.name}_probe`,
    ],
    probeNote:
      steps === undefined
        ? `No parameter of it is known to say how many steps it makes (${STEP_NAMES.slice(0, 3).join(', ')} …): its time limit ends it`
        : `${steps} ends it after two`,
  };
}
