import type { Optimizer, TrainingSetup, TransformerShape } from './setup.ts';
import { computeShares, stateTensors, countStepCopies } from './states.ts';
import { listProjections, type LayerWeights, type Projection, type ProjectionSize } from './layers.ts';
import type { Weight } from './modules.ts';
import type { Tape, Tensor } from './tape.ts';

/** Bytes of a weight in 4 bits with its scales (QLoRA, scales quantised, too) and in 8 (LLM.int8). */
const PACKED = { nf4: 0.516, int8: 1.02 } as const;

/** These go weight by weight, with passing copies of one in 32 bits: this many. */
const TAKES_ONE_BY_ONE: { readonly [optimizer in Optimizer]?: number } = { adafactor: 2, muon: 3 };

/** All weights of a model, their gradients and what the optimizer keeps, on one GPU of those that share them. */
export class Weights {
  readonly embedding: Weight;
  readonly positions: Weight | undefined;
  /** Of an encoder-decoder: the encoder's. */
  readonly layers: readonly LayerWeights[];
  readonly decoderLayers: readonly LayerWeights[];
  readonly head: Weight;
  readonly #tape: Tape;
  readonly #setup: TrainingSetup;
  readonly #width: 2 | 4;
  readonly #shares: ReturnType<typeof computeShares>;
  readonly #all: Weight[] = [];
  #states: Tensor[] = [];

  constructor(tape: Tape, setup: TrainingSetup, model: TransformerShape, width: 2 | 4) {
    this.#tape = tape;
    this.#setup = setup;
    this.#width = width;
    this.#shares = computeShares(setup.sharding);
    this.embedding = this.#weight(model.vocab * model.hidden);
    this.positions = model.positions > 0 ? this.#weight(model.positions * model.hidden) : undefined;
    const make = (count: number, cross: boolean): LayerWeights[] =>
      Array.from({ length: count }, () => this.#layer(model, listProjections(model, cross)));
    this.layers = make(model.layers, false);
    this.decoderLayers = make(model.decoderLayers ?? 0, true);
    this.head = model.tied ? this.embedding : this.#weight(model.vocab * model.hidden);
    this.#shareWithOthers();
  }

  dropGrads(): void {
    for (const weight of this.#all) {
      if (weight.grad !== undefined) this.#tape.drop(weight.grad);
      weight.grad = undefined;
    }
  }

  /** The optimizer's step: the first one makes the states. */
  update(): void {
    const { optimizer, precision } = this.#setup;
    const tape = this.#tape;
    const trained = this.#all.filter((weight) => weight.trained);
    for (const weight of trained) {
      weight.grad ??= tape.tensor(weight.count / this.#shares.gradients, this.#width, 'gradients');
    }
    if (this.#states.length === 0) {
      const tensors = stateTensors(optimizer, precision);
      this.#states = trained.flatMap(({ count }) =>
        tensors.map((bytes) => tape.tensor((count / this.#shares.states) * bytes, 1, 'optimizer')),
      );
    }
    if (countStepCopies(optimizer) > 0) {
      tape.drop(...trained.map(({ count }) => tape.tensor(count / this.#shares.states, this.#width, 'workspace')));
    }
    const copies = TAKES_ONE_BY_ONE[optimizer] ?? 0;
    const largest = Math.max(0, ...trained.map(({ count }) => count));
    if (copies > 0) tape.brief((copies * largest) / this.#shares.states, 4, 'workspace');
  }

  #layer(model: TransformerShape, projections: readonly ProjectionSize[]): LayerWeights {
    const { lora, quantised } = this.#setup;
    const adapted = lora === undefined ? [] : adaptedNames(projections, lora.targets);
    const made = projections.map(({ name, inputs, outputs }): readonly [string, Projection] => {
      const copies = /^(gate|up|down)_proj$/.test(name) ? (model.experts?.total ?? 1) : 1;
      for (let other = 1; other < copies; other += 1) this.#weight(inputs * outputs, quantised);
      const weight = this.#weight(inputs * outputs, quantised);
      if (lora === undefined || !adapted.includes(name)) return [name, { weight, outputs }];
      return [name, { weight, outputs, adapter: [this.#adapter(inputs * lora.r), this.#adapter(lora.r * outputs)] }];
    });
    return Object.fromEntries(made);
  }

  #weight(count: number, packed?: 'nf4' | 'int8'): Weight {
    const here = count / this.#shares.weights;
    const value =
      packed === undefined
        ? this.#tape.tensor(here, this.#width, 'weights')
        : this.#tape.tensor(here * PACKED[packed], 1, 'weights');
    return this.#note(value, count, this.#setup.lora === undefined, packed !== undefined);
  }

  #adapter(count: number): Weight {
    return this.#note(this.#tape.tensor(count, this.#width, 'weights'), count, true, false);
  }

  #note(value: Tensor, count: number, trained: boolean, packed: boolean): Weight {
    const { gradients } = this.#shares;
    const weight: Weight = {
      value,
      count,
      gradCount: count / gradients,
      trained,
      packed,
      grad: undefined,
      copy: undefined,
    };
    this.#all.push(weight);
    return weight;
  }

  /** Two layers at once are gathered whole where weights are split; DDP copies gradients into its buckets. */
  #shareWithOthers(): void {
    const { kind, ranks } = this.#setup.sharding;
    if (ranks <= 1) return;
    const layer = Object.values(this.layers[0] ?? {}).reduce((sum, { weight }) => sum + weight.count, 0);
    if (kind === 'zero3' || kind === 'fsdp') this.#tape.tensor(2 * layer, this.#width, 'workspace');
    const trained = this.#all.filter((weight) => weight.trained).reduce((sum, { count }) => sum + count, 0);
    if (kind === 'ddp') this.#tape.tensor(trained, this.#width, 'gradients');
  }
}

/** Projections that get adapters: those named, all of them, or where no name fits those that mix queries and values. */
function adaptedNames(projections: readonly ProjectionSize[], targets: readonly string[]): readonly string[] {
  const names = projections.map(({ name }) => name);
  if (targets.some((target) => /^all[-_]linear$/.test(target))) return names;
  const named = names.filter((name) => targets.includes(name));
  return named.length > 0 ? named : names.filter((name) => /^(q_proj|v_proj|query|value|c_attn|q|v)$/.test(name));
}
