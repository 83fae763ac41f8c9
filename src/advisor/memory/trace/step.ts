import type { TrainingSetup, TransformerShape } from './setup.ts';
import { isAutocast, getWeightBytes } from './states.ts';
import { runLayer, type LayerWeights, type Pass } from './layers.ts';
import { ModuleTracer } from './modules.ts';
import { Tape, type MemoryPart, type Tensor } from './tape.ts';
import { Weights } from './weights.ts';

/** Steps until nothing new is reserved: states come with the first, and holes of other sizes with the second. */
const STEPS = 3;

/** cuBLAS and cuBLASLt take this once, on GPUs from Hopper on (PyTorch's defaults); bytes. */
const LIBRARY_WORKSPACE = 2 * 32 * 2 ** 20;

/** Counts up when what a dry run comes to changes: those that were kept are made again. */
export const TRACE_VERSION = 1;

/** What a training of a few steps takes, in bytes. */
export interface MemoryTrace {
  /** In use at the peak, by part. */
  readonly peak: Readonly<Record<MemoryPart, number>>;
  /** What the allocator holds then. */
  readonly reserved: number;
}

/** Runs a transformer's training for a few steps on sizes alone. */
export function traceMemory(setup: TrainingSetup, model: TransformerShape, seqLen: number): MemoryTrace {
  const tape = new Tape();
  const width = getWeightBytes(setup.precision) === 2 ? 2 : 4;
  const modules = new ModuleTracer(tape, { width, autocast: isAutocast(setup.precision) });
  const weights = new Weights(tape, setup, model, width);
  const pass: Pass = {
    modules,
    model,
    attention: setup.attention,
    batch: setup.microBatch,
    seqLen,
    ...(setup.lora === undefined ? {} : { lora: setup.lora }),
  };
  tape.tensor(LIBRARY_WORKSPACE, 1, 'workspace');
  for (let step = 0; step < STEPS; step += 1) {
    weights.dropGrads();
    runStep(pass, weights, setup.gradientCheckpointing);
    weights.update();
  }
  return { peak: tape.peak, reserved: tape.allocator.reserved };
}

function runStep(pass: Pass, weights: Weights, checkpointing: boolean): void {
  const { modules } = pass;
  const { tape } = modules;
  const layers = checkpointing ? new CheckpointedLayers(pass) : new PlainLayers(pass);
  let current = embed(pass, weights, checkpointing);
  for (const layer of weights.layers) current = layers.forward(layer, current);
  if (weights.decoderLayers.length > 0) {
    const memory = current;
    current = embed(pass, weights, checkpointing);
    for (const layer of weights.decoderLayers) current = layers.forward(layer, current, memory);
    tape.drop(memory);
  }
  const loss = head(pass, weights, current);
  modules.leaveAutocast();
  loss.grad = tape.tensor(1, 4, 'logits');
  layers.backward();
  tape.drop(loss);
}

function embed({ modules, model, batch, seqLen, lora }: Pass, weights: Weights, checkpointing: boolean): Tensor {
  const { tape } = modules;
  const tokens = batch * seqLen;
  let out = modules.embedding(weights.embedding, tokens, model.hidden);
  const replace = (next: Tensor): void => {
    tape.drop(out);
    out = next;
  };
  if (weights.positions !== undefined) {
    const positions = modules.embedding(weights.positions, seqLen, model.hidden);
    replace(modules.add(out, positions));
    tape.drop(positions);
  }
  if (model.family === 'bert') replace(modules.layerNorm(out));
  if (model.family !== 'llama') replace(modules.dropout(out));
  // Layers that are run again need an input that takes gradients, even if nothing before them is trained.
  if (lora !== undefined && checkpointing) replace(modules.leaf(out));
  return out;
}

function head({ modules, model, lora }: Pass, weights: Weights, last: Tensor): Tensor {
  const { tape } = modules;
  if (model.family === 'bert') {
    const small = modules.slice(last, model.hidden);
    tape.drop(last);
    return small;
  }
  const normed = model.family === 'gpt2' ? modules.layerNorm(last) : modules.rmsNorm(last, lora === undefined);
  tape.drop(last);
  const rows = normed.count / model.hidden;
  const logits = modules.linear(normed, weights.head, rows * model.vocab, 'logits');
  tape.drop(normed);
  const loss = modules.tokenLoss(logits);
  tape.drop(logits);
  return loss;
}

interface Layers {
  forward(weights: LayerWeights, input: Tensor, memory?: Tensor): Tensor;
  backward(): void;
}

/** Each layer keeps what its backward pass needs. */
class PlainLayers implements Layers {
  readonly #pass: Pass;

  constructor(pass: Pass) {
    this.#pass = pass;
  }

  forward(weights: LayerWeights, input: Tensor, memory?: Tensor): Tensor {
    const out = runLayer(this.#pass, weights, input, memory);
    this.#pass.modules.tape.drop(input);
    return out;
  }

  backward(): void {
    this.#pass.modules.tape.backward();
  }
}

/** Each layer keeps its input, and is run again on the way back. */
class CheckpointedLayers implements Layers {
  readonly #pass: Pass;

  constructor(pass: Pass) {
    this.#pass = pass;
  }

  forward(weights: LayerWeights, input: Tensor, memory?: Tensor): Tensor {
    const { modules } = this.#pass;
    const { tape } = modules;
    const out = tape.withoutGrad(() => runLayer(this.#pass, weights, input, memory));
    tape.record({
      out,
      inputs: [input],
      saved: memory === undefined ? [input] : [input, memory],
      backward: (grad) => {
        const again = tape.length;
        const { grad: earlier } = input;
        input.grad = undefined;
        const result = runLayer(this.#pass, weights, input, memory);
        modules.leaveAutocast();
        result.grad = tape.hold(grad);
        tape.backward(again);
        tape.drop(result);
        const { grad: back } = input;
        input.grad = earlier;
        return [back];
      },
    });
    tape.drop(input);
    return out;
  }

  backward(): void {
    this.#pass.modules.tape.backward();
  }
}
