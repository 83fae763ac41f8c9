import { formatDuration } from '../../core/units.ts';
import type { Forecast } from '../forecast.ts';
import type { GpuKind, GpuPrecision } from '../gpu-kind.ts';
import { estimateEfficiency } from './gpu-speed.ts';

/** What a training has to compute. */
export interface FlopWork {
  /** Floating point operations of the whole run. */
  readonly flops: number;
  /** How they were counted: `6 × 1.1e9 parameters × 2e9 tokens`. */
  readonly words: string;
  /** Its matrix products; undefined: bf16, or what the GPU has. */
  readonly precision?: GpuPrecision;
}

export interface TrainingSize {
  readonly params: number;
  readonly tokens: number;
  /** All where undefined: frozen weights have no gradient of their own. */
  readonly trainable?: number;
  readonly layers?: number;
  readonly hidden?: number;
  readonly sequence?: number;
  /** The forward pass is done twice. */
  readonly checkpointing?: boolean;
}

/**
 * Of a transformer's training: 2 operations a parameter and token forwards, 2 for the gradients of activations and 2 for those
 * of the weights, so 6 P (8 P with full checkpointing), and 12 · layers · hidden · sequence a token for attention
 * (Kaplan et al. 2020; Narayanan et al. 2021).
 */
export function countTrainingFlops({
  params,
  tokens,
  trainable = params,
  layers = 0,
  hidden = 0,
  sequence = 0,
  checkpointing = false,
}: TrainingSize): FlopWork {
  const perToken = 4 * params + 2 * trainable + (checkpointing ? 2 * params : 0) + 12 * layers * hidden * sequence;
  const perParameter = (perToken / params).toFixed(1).replace('.0', '');
  return { flops: perToken * tokens, words: `${perParameter} × ${count(params)} parameters × ${count(tokens)} tokens` };
}

function count(value: number): string {
  return Number(value.toPrecision(2)).toExponential().replace('e+', 'e');
}

/** Share of the peak that programs reach: 10 to 35 % in general, 27 to 64 % where experts tuned them (MosaicML's tables). */
const USUAL_UTILISATION = 0.25;
const LOW_UTILISATION = 0.1;

const PRECISIONS: readonly GpuPrecision[] = ['bf16', 'fp16', 'tf32', 'fp32'];

/** The run time of a training of which only its operations are known. Undefined when no speed of the GPU is. */
export function forecastFromFlops(
  work: FlopWork,
  { gpu, gpus, nodes }: { readonly gpu: GpuKind; readonly gpus: number; readonly nodes: number },
): Forecast | undefined {
  const wanted = work.precision === undefined ? PRECISIONS : [work.precision];
  const precision = wanted.find((each) => gpu.tflops[each] !== undefined);
  const tflops = precision === undefined ? undefined : gpu.tflops[precision];
  if (precision === undefined || tflops === undefined) return undefined;
  const peak = gpus * tflops * 1e12 * estimateEfficiency(gpus, nodes, gpu);
  const [p50S, p90S] = [work.flops / (peak * USUAL_UTILISATION), work.flops / (peak * LOW_UTILISATION)];
  const basis = [
    `no run like it; ${count(work.flops)} operations (${work.words})`,
    `at ${percent(USUAL_UTILISATION)}, or only ${percent(LOW_UTILISATION)}, of ${tflops} TFLOP/s ${precision} of ${gpu.name}`,
    ...(gpus === 1 ? [] : [`on ${gpus} GPUs`]),
    `, which is assumed; ${formatDuration(p50S)} without data loading and start`,
  ];
  return { kind: 'flops', p50S, p90S, basis: basis.join(' ').replace(' ,', ','), samples: 0 };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
