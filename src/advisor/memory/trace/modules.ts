import type { MemoryPart, Tape, Tensor, Width } from './tape.ts';

/** A weight of the model, with what training keeps beside it. */
export interface Weight {
  readonly value: Tensor;
  /** Numbers that it stands for; packed, its value has fewer. */
  readonly count: number;
  /** Numbers of its gradient that stay here. */
  readonly gradCount: number;
  readonly trained: boolean;
  /** Frozen in 4 or 8 bits: it is unpacked to 16 for each product. */
  readonly packed: boolean;
  grad: Tensor | undefined;
  /** Its copy in 16 bits, which autocast makes once a forward pass. */
  copy: Tensor | undefined;
}

/** How numbers are kept while a step runs. */
export interface Arithmetic {
  /** Of weights and of what is not autocast. */
  readonly width: 2 | 4;
  readonly autocast: boolean;
}

/** The operations of transformers, each with what it takes, keeps and returns, as PyTorch's do on a GPU. */
export class ModuleTracer {
  readonly tape: Tape;
  readonly #arithmetic: Arithmetic;
  #copies: Weight[] = [];

  constructor(tape: Tape, arithmetic: Arithmetic) {
    this.tape = tape;
    this.#arithmetic = arithmetic;
  }

  /** Bytes of what a product gives. */
  get product(): 2 | 4 {
    return this.#arithmetic.autocast ? 2 : this.#arithmetic.width;
  }

  embedding(table: Weight, tokens: number, width: number): Tensor {
    const { tape } = this;
    const out = tape.tensor(tokens * width, this.#arithmetic.width, 'activations', table.trained);
    tape.record({
      out,
      inputs: [],
      saved: [],
      backward: () => {
        if (table.trained) this.#giveGrad(table, tape.tensor(table.count, this.#arithmetic.width, 'gradients'));
        return [];
      },
    });
    return out;
  }

  /** `rows × columns` of the weight say how many columns come out for the rows that go in. */
  linear(input: Tensor, weight: Weight, outputs: number, part: MemoryPart = 'activations'): Tensor {
    const { tape } = this;
    const x = this.forProduct(input);
    const w = this.#weightForProduct(weight);
    const needsGrad = x.needsGrad || weight.trained;
    const out = tape.tensor(outputs, this.product, part, needsGrad);
    if (weight.packed) tape.brief(weight.count, 2, 'workspace');
    tape.record({
      out,
      inputs: [x],
      saved: [...(weight.trained ? [x] : []), ...(x.needsGrad ? [w] : [])],
      backward: () => {
        if (weight.packed) tape.brief(weight.count, 2, 'workspace');
        const forWeight = weight.trained ? tape.tensor(weight.count, this.product, 'gradients') : undefined;
        const forInput = x.needsGrad ? tape.tensor(x.count, x.width, 'activations') : undefined;
        if (forWeight !== undefined) this.#giveGrad(weight, this.#widened(forWeight));
        return [forInput];
      },
    });
    tape.drop(x, w);
    return out;
  }

  /** Adapters beside a frozen matrix: two thin ones, scaled, added. */
  linearWithAdapter(
    input: Tensor,
    weight: Weight,
    adapter: readonly [down: Weight, up: Weight],
    sizes: { readonly thin: number; readonly outputs: number },
  ): Tensor {
    const { tape } = this;
    const base = this.linear(input, weight, sizes.outputs);
    const thin = this.linear(input, adapter[0], sizes.thin);
    const wide = this.linear(thin, adapter[1], sizes.outputs);
    tape.drop(thin);
    const scaled = this.unary(wide, []);
    tape.drop(wide);
    const sum = this.add(base, scaled);
    tape.drop(base, scaled);
    return sum;
  }

  /** An operation on each number; what it saves beside what comes out. */
  unary(input: Tensor, saved: readonly Tensor[], width: Width = input.width): Tensor {
    const { tape } = this;
    const out = tape.tensor(input.count, width, input.part, input.needsGrad);
    tape.record({
      out,
      inputs: [input],
      saved,
      backward: () => [tape.tensor(input.count, input.width, input.part)],
    });
    return out;
  }

  /** SiLU, GELU, ReLU: keeps what went in. */
  activation(input: Tensor): Tensor {
    return this.unary(input, [input]);
  }

  multiply(a: Tensor, b: Tensor): Tensor {
    const { tape } = this;
    const out = tape.tensor(a.count, widest(a, b), 'activations', a.needsGrad || b.needsGrad);
    tape.record({
      out,
      inputs: [a, b],
      saved: [a, b],
      backward: () => [tape.tensor(a.count, a.width, 'activations'), tape.tensor(b.count, b.width, 'activations')],
    });
    return out;
  }

  add(a: Tensor, b: Tensor): Tensor {
    const { tape } = this;
    const out = tape.tensor(Math.max(a.count, b.count), widest(a, b), 'activations', a.needsGrad || b.needsGrad);
    const back = (input: Tensor, grad: Tensor): Tensor | undefined => {
      if (!input.needsGrad) return undefined;
      return input.width === grad.width ? tape.hold(grad) : tape.tensor(input.count, input.width, 'activations');
    };
    tape.record({ out, inputs: [a, b], saved: [], backward: (grad) => [back(a, grad), back(b, grad)] });
    return out;
  }

  /** Keeps one byte a number, which of them were dropped. */
  dropout(input: Tensor): Tensor {
    const { tape } = this;
    const mask = tape.tensor(input.count, 1, 'activations');
    const out = this.unary(input, [mask]);
    tape.drop(mask);
    return out;
  }

  /** One fused operation, in 32 bits under autocast. */
  layerNorm(input: Tensor): Tensor {
    const x = this.#arithmetic.autocast ? this.cast(input, 4) : this.tape.hold(input);
    const out = this.unary(x, [x]);
    this.tape.drop(x);
    return out;
  }

  /** As Llama's modules write it: in 32 bits step by step, so that more is kept. */
  rmsNorm(input: Tensor, trained: boolean): Tensor {
    const { tape } = this;
    const wide = input.width === 4 ? tape.hold(input) : tape.tensor(input.count, 4, 'activations');
    tape.brief(input.count, 4);
    const normedWide = tape.tensor(input.count, 4, 'activations');
    const normed = input.width === 4 ? tape.hold(normedWide) : tape.tensor(input.count, input.width, 'activations');
    const out = tape.tensor(input.count, input.width, 'activations', input.needsGrad || trained);
    tape.drop(normedWide);
    tape.record({
      out,
      inputs: [input],
      saved: trained ? [wide, normed] : [wide],
      backward: () => (input.needsGrad ? [this.#rmsNormBackward(input, trained)] : []),
    });
    tape.drop(wide, normed);
    return out;
  }

  /** Rotary positions: passing copies; under autocast the angles are in 32 bits, and so is what comes out. */
  rotate(input: Tensor): Tensor {
    const { tape } = this;
    const { count } = input;
    const width = this.#arithmetic.autocast ? 4 : input.width;
    const straight = tape.tensor(count, width, 'activations');
    const negated = tape.tensor(count / 2, input.width, 'activations');
    const turned = tape.tensor(count, input.width, 'activations');
    tape.drop(negated);
    const bent = tape.tensor(count, width, 'activations');
    tape.drop(turned);
    const out = tape.tensor(count, width, 'activations', input.needsGrad);
    tape.drop(straight, bent);
    tape.record({
      out,
      inputs: [input],
      saved: [],
      backward: () => {
        const steps = [0, 1].map(() => tape.tensor(count, width, 'activations'));
        tape.drop(...steps);
        return [tape.tensor(count, input.width, 'activations')];
      },
    });
    return out;
  }

  /** A part of a tensor by itself. */
  slice(input: Tensor, count: number): Tensor {
    const { tape } = this;
    const out = tape.tensor(count, input.width, input.part, input.needsGrad);
    tape.record({
      out,
      inputs: [input],
      saved: [],
      backward: () => [tape.tensor(input.count, input.width, 'activations')],
    });
    return out;
  }

  /** The same tensor, as one that gradients are wanted of. */
  leaf(input: Tensor): Tensor {
    const out = this.tape.tensor(input.count, input.width, input.part, true);
    return out;
  }

  /** GPT-2's GELU, written out in Python: five passing results, of which three are kept beside what comes out. */
  spelledGelu(input: Tensor): Tensor {
    const { tape } = this;
    const { count } = input;
    const half = this.unary(input, []);
    const wide = this.cast(input, this.#arithmetic.autocast ? 4 : input.width);
    tape.brief(count * 2, wide.width);
    const tanh = this.unary(wide, [wide]);
    const shifted = this.unary(tanh, [tanh]);
    tape.drop(wide, tanh);
    const out = this.multiply(half, shifted);
    tape.drop(half, shifted);
    return out;
  }

  /** The same numbers in other bits, which the backward pass converts back. */
  cast(input: Tensor, width: Width): Tensor {
    return input.width === width ? this.tape.hold(input) : this.unary(input, [], width);
  }

  /**
   * The loss of a language model: scores in 32 bits, their log-softmax, which is kept, and on the way back two more of the
   * same size.
   */
  tokenLoss(logits: Tensor): Tensor {
    const { tape } = this;
    const wide = this.cast(logits, 4);
    const normalised = tape.tensor(logits.count, 4, 'logits');
    const loss = tape.tensor(1, 4, 'logits', true);
    tape.record({
      out: loss,
      inputs: [wide],
      saved: [normalised],
      backward: () => {
        const picked = tape.tensor(logits.count, 4, 'logits');
        const grad = tape.tensor(logits.count, 4, 'logits');
        tape.drop(picked);
        return [grad];
      },
    });
    tape.drop(wide, normalised);
    return loss;
  }

  /** The copies in 16 bits that autocast made are its own until its block is left. */
  leaveAutocast(): void {
    for (const weight of this.#copies) {
      if (weight.copy !== undefined) this.tape.drop(weight.copy);
      weight.copy = undefined;
    }
    this.#copies = [];
  }

  /** The same steps back: five copies in 32 bits at once. */
  #rmsNormBackward({ count, width }: Tensor, trained: boolean): Tensor {
    const { tape } = this;
    const passing = (bits: Width): Tensor => tape.tensor(count, bits, 'activations');
    const forNormed = passing(width);
    if (trained) tape.brief(count, width);
    const wide = width === 4 ? tape.hold(forNormed) : passing(4);
    tape.drop(forNormed);
    const direct = passing(4);
    tape.brief(count, 4);
    tape.drop(wide);
    const [spread, squared, scaled] = [passing(4), passing(4), passing(4)];
    const throughMean = passing(4);
    tape.drop(scaled, squared, spread);
    const sum = passing(4);
    tape.drop(direct, throughMean);
    if (width === 4) return sum;
    const narrow = passing(width);
    tape.drop(sum);
    return narrow;
  }

  /** For a product: in 16 bits under autocast. */
  forProduct(input: Tensor): Tensor {
    return this.cast(input, this.product);
  }

  #weightForProduct(weight: Weight): Tensor {
    const { tape } = this;
    if (!this.#arithmetic.autocast || weight.packed) return tape.hold(weight.value);
    if (weight.copy !== undefined) return tape.hold(weight.copy);
    const copy = tape.tensor(weight.count, 2, 'weights');
    if (!weight.trained) return copy;
    weight.copy = copy;
    this.#copies.push(weight);
    return tape.hold(copy);
  }

  #widened(grad: Tensor): Tensor {
    if (!this.#arithmetic.autocast) return grad;
    const wide = this.tape.tensor(grad.count, 4, 'gradients');
    this.tape.drop(grad);
    return wide;
  }

  /** Two layers that share a weight add their gradients up. */
  #giveGrad(weight: Weight, grad: Tensor): void {
    const { tape } = this;
    if (weight.grad !== undefined || weight.gradCount < weight.count) tape.drop(grad);
    else weight.grad = grad;
    weight.grad ??= tape.tensor(weight.gradCount, grad.width, 'gradients');
  }
}

function widest(a: Tensor, b: Tensor): Width {
  return a.width > b.width ? a.width : b.width;
}
