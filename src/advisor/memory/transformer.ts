import { traceMemory, type MemoryTrace } from './trace/step.ts';
import type { Footprint } from './footprint.ts';
import type { TrainingSetup, TransformerShape } from './trace/setup.ts';

/** Tokens of a sample by default. */
const USUAL_TOKENS = 512;

/**
 * What the allocator holds at the end depends by chance on how blocks of a size fall into holes of another. Runs of
 * slightly shorter samples show how much: the largest counts.
 */
const SHORTER = [0.985, 0.97];

/** For what the dry run leaves out because it is small: masks, angles of positions, norms and biases. */
const SMALL_THINGS = 1.02;

/** Where what grows with the batch is this much of the whole, half the batch surely takes less. */
const GROWS = 0.5;

/** A transformer as Hugging Face's modules run it: its training, run on sizes alone. */
export function getTransformerFootprint(setup: TrainingSetup, model: TransformerShape, traces: TraceCache): Footprint {
  const seqLen = setup.seqLen ?? USUAL_TOKENS;
  const { peak, reserved } = traceWithSpread(setup, model, seqLen, traces);
  const used = Object.values(peak).reduce((sum, part) => sum + part, 0);
  return {
    bytes: { ...peak, overhead: Math.max(0, SMALL_THINGS * reserved - used) },
    basis: `${model.name}: three training steps of its layers, run on sizes alone through PyTorch's allocator`,
    assumptions: assumptionsOf(setup, model, seqLen),
  };
}

/** Traces by their setup: a search asks for the same again and again, and each takes tens of milliseconds. */
export interface TraceCache {
  get(key: string): MemoryTrace | undefined;
  set(key: string, trace: MemoryTrace): void;
}

/** The trace of this setup, and the most that the allocator may hold of it: never less than for half the batch. */
function traceWithSpread(
  setup: TrainingSetup,
  model: TransformerShape,
  seqLen: number,
  traces: TraceCache,
): MemoryTrace {
  const key = keyOf(setup, seqLen);
  const known = traces.get(key);
  if (known !== undefined) return known;
  const trace = (share: number): MemoryTrace => traceMemory(setup, model, Math.max(1, Math.round(share * seqLen)));
  const first = trace(1);
  const others = SHORTER.map(trace);
  const { peak } = first;
  const most = Math.max(first.reserved, ...others.map(({ reserved }) => reserved));
  const growing = peak.activations + peak.logits;
  const half = Math.floor(setup.microBatch / 2);
  const asksHalf = half >= 1 && growing < GROWS * most;
  const atHalf = asksHalf ? traceWithSpread({ ...setup, microBatch: half }, model, seqLen, traces).reserved : 0;
  const result = { peak, reserved: Math.max(most, atHalf) };
  traces.set(key, result);
  return result;
}

/** If nothing is split, it does not matter how many GPUs there are. */
function keyOf(setup: TrainingSetup, seqLen: number): string {
  const { kind } = setup.sharding;
  const isWhole = kind === 'none' || kind === 'ddp';
  return JSON.stringify([isWhole ? { ...setup, sharding: kind } : setup, seqLen]);
}

function assumptionsOf(setup: TrainingSetup, model: TransformerShape, seqLen: number): string[] {
  return [
    ...(setup.seqLen === undefined ? [`samples of ${seqLen} tokens`] : []),
    'modules as in Hugging Face Transformers, not compiled; optimizer steps over all weights at once (foreach)',
    ...(setup.lora === undefined ? [] : ['adapters in the precision of the weights']),
    ...(model.family === 't5' ? [`inputs and targets of ${seqLen} tokens each`] : []),
  ];
}
