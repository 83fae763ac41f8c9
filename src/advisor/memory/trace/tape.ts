import type { MemoryParts } from './setup.ts';
import { CachingAllocator, type MemoryBlock } from './allocator.ts';

/** What a tensor is for, as the parts of an estimate name it. */
export type MemoryPart = Exclude<keyof MemoryParts, 'overhead'>;

/** Bytes of a number: 1 for masks. */
export type Width = 1 | 2 | 4;

/** A tensor without its numbers. It is freed when it is not needed any more. */
export interface Tensor {
  readonly count: number;
  readonly width: Width;
  readonly part: MemoryPart;
  readonly needsGrad: boolean;
  readonly block: MemoryBlock;
  holders: number;
  /** What has come back for it so far, during the backward pass. */
  grad: Tensor | undefined;
}

interface Node {
  readonly out: Tensor;
  readonly inputs: readonly Tensor[];
  readonly saved: readonly Tensor[];
  /** The gradients of the inputs, in their order, each with one holder; undefined for those that need none. */
  readonly backward: (grad: Tensor) => readonly (Tensor | undefined)[];
}

/**
 * PyTorch's autograd on sizes alone: forward operations take memory and say what they keep, and the backward pass takes and
 * frees in the order that PyTorch does. What is held at the peak is noted by part.
 */
export class Tape {
  readonly allocator: CachingAllocator = new CachingAllocator();
  #peak: Record<MemoryPart, number> = noBytes();
  /** What is used now is the peak, and not noted yet: most peaks only lead to the next one. */
  #isPeak: boolean = false;
  readonly #used: Record<MemoryPart, number> = noBytes();
  #total: number = 0;
  #peakTotal: number = 0;
  #nodes: Node[] = [];
  #paused: boolean = false;

  /** A new tensor, held by the caller. */
  tensor(count: number, width: Width, part: MemoryPart, needsGrad: boolean = false): Tensor {
    const bytes = count * width;
    const tensor: Tensor = {
      count,
      width,
      part,
      needsGrad,
      block: this.allocator.allocate(bytes),
      holders: 1,
      grad: undefined,
    };
    this.#used[part] += bytes;
    this.#total += bytes;
    if (this.#total > this.#peakTotal) {
      this.#peakTotal = this.#total;
      this.#isPeak = true;
    }
    return tensor;
  }

  /** Bytes in use at the peak, by part. */
  get peak(): Readonly<Record<MemoryPart, number>> {
    this.#notePeak();
    return this.#peak;
  }

  #notePeak(): void {
    if (!this.#isPeak) return;
    this.#isPeak = false;
    this.#peak = { ...this.#used };
  }

  /** Takes memory for a moment. */
  brief(count: number, width: Width, part: MemoryPart = 'activations'): void {
    this.drop(this.tensor(count, width, part));
  }

  hold(tensor: Tensor): Tensor {
    tensor.holders += 1;
    return tensor;
  }

  drop(...tensors: readonly Tensor[]): void {
    for (const tensor of tensors) {
      tensor.holders -= 1;
      if (tensor.holders > 0) continue;
      const bytes = tensor.count * tensor.width;
      this.#notePeak();
      this.#used[tensor.part] -= bytes;
      this.#total -= bytes;
      this.allocator.release(tensor.block);
    }
  }

  /** Notes an operation; what it saves is held until its backward has run. */
  record(node: Node): void {
    if (this.#paused) return;
    for (const tensor of node.saved) this.hold(tensor);
    this.#nodes.push(node);
  }

  /** Where the tape stands, for {@link backward}. */
  get length(): number {
    return this.#nodes.length;
  }

  /** Runs backward what was recorded since the tape had that length, the last one first. */
  backward(since: number = 0): void {
    while (this.#nodes.length > since) {
      const node = this.#nodes.pop();
      if (node !== undefined) this.#runBackward(node);
    }
  }

  #runBackward({ out, inputs, saved, backward }: Node): void {
    const { grad } = out;
    if (grad !== undefined) {
      out.grad = undefined;
      const grads = backward(grad);
      this.drop(grad);
      this.drop(...saved);
      for (const [at, input] of inputs.entries()) this.#accumulate(input, grads[at]);
    } else {
      this.drop(...saved);
    }
  }

  /** A second gradient is added to the first in place, unless that is shared. */
  #accumulate(input: Tensor, grad: Tensor | undefined): void {
    const { grad: first } = input;
    if (grad === undefined) return;
    if (first === undefined) {
      input.grad = grad;
      return;
    }
    if (first.holders > 1) {
      input.grad = this.tensor(first.count, first.width, first.part);
      this.drop(first);
    }
    this.drop(grad);
  }

  /** Runs operations of which nothing is kept for a backward pass. */
  withoutGrad<T>(run: () => T): T {
    this.#paused = true;
    const result = run();
    this.#paused = false;
    return result;
  }
}

function noBytes(): Record<MemoryPart, number> {
  return { weights: 0, gradients: 0, optimizer: 0, activations: 0, logits: 0, workspace: 0 };
}
