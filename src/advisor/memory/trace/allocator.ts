/**
 * PyTorch's caching allocator, replayed on sizes alone: what a training step really takes is what the allocator holds, and
 * that is more than what is used at once, for blocks are split, and holes are not always of the size that is wanted.
 *
 * The rules are those of `c10/cuda/CUDACachingAllocator.cpp` (PyTorch 2.11, its default settings).
 */

const MIB = 2 ** 20;

/** Sizes are rounded up to this. */
const SMALLEST = 512;
/** What is at most this large comes from segments of 2 MiB. */
const SMALL = MIB;
const SMALL_SEGMENT = 2 * MIB;
/** What is smaller than 10 MiB comes from segments of 20 MiB, what is larger from one of its own, in steps of 2 MiB. */
const LARGE = 10 * MIB;
const LARGE_SEGMENT = 20 * MIB;
const SEGMENT_STEP = 2 * MIB;

/** A stretch of a segment. Its neighbours are linked, so that free ones become one again. */
export interface MemoryBlock {
  bytes: number;
  free: boolean;
  readonly small: boolean;
  /** Order of birth, which decides between blocks of one size. */
  readonly born: number;
  before: MemoryBlock | undefined;
  after: MemoryBlock | undefined;
}

export class CachingAllocator {
  /** Bytes that the driver gave; they are never returned. */
  reserved: number = 0;
  readonly #free: { readonly small: MemoryBlock[]; readonly large: MemoryBlock[] } = { small: [], large: [] };
  #births: number = 0;

  allocate(wanted: number): MemoryBlock {
    const bytes = Math.max(SMALLEST, Math.ceil(wanted / SMALLEST) * SMALLEST);
    const small = bytes <= SMALL;
    const block = this.#takeBestFit(bytes, small) ?? this.#newSegment(bytes, small);
    const rest = block.bytes - bytes;
    if (small ? rest >= SMALLEST : rest > SMALL) this.#split(block, bytes);
    block.free = false;
    return block;
  }

  release(block: MemoryBlock): void {
    let whole = block;
    whole.free = true;
    const { after } = whole;
    if (after?.free === true) {
      this.#remove(after);
      join(whole, after);
    }
    const { before } = whole;
    if (before?.free === true) {
      this.#remove(before);
      join(before, whole);
      whole = before;
    }
    this.#insert(whole);
  }

  #takeBestFit(bytes: number, small: boolean): MemoryBlock | undefined {
    const blocks = this.#listOf(small);
    const at = firstNotBefore(blocks, bytes, -1);
    return at < blocks.length ? blocks.splice(at, 1)[0] : undefined;
  }

  #newSegment(bytes: number, small: boolean): MemoryBlock {
    const size = small ? SMALL_SEGMENT : bytes < LARGE ? LARGE_SEGMENT : Math.ceil(bytes / SEGMENT_STEP) * SEGMENT_STEP;
    this.reserved += size;
    return this.#newBlock(size, small);
  }

  #newBlock(bytes: number, small: boolean): MemoryBlock {
    this.#births += 1;
    return { bytes, free: false, small, born: this.#births, before: undefined, after: undefined };
  }

  #split(block: MemoryBlock, bytes: number): void {
    const rest = this.#newBlock(block.bytes - bytes, block.small);
    rest.free = true;
    rest.before = block;
    rest.after = block.after;
    if (block.after !== undefined) block.after.before = rest;
    block.after = rest;
    block.bytes = bytes;
    this.#insert(rest);
  }

  #insert(block: MemoryBlock): void {
    const blocks = this.#listOf(block.small);
    blocks.splice(firstNotBefore(blocks, block.bytes, block.born), 0, block);
  }

  #remove(block: MemoryBlock): void {
    const blocks = this.#listOf(block.small);
    blocks.splice(firstNotBefore(blocks, block.bytes, block.born), 1);
  }

  #listOf(small: boolean): MemoryBlock[] {
    return small ? this.#free.small : this.#free.large;
  }
}

function join(block: MemoryBlock, after: MemoryBlock): void {
  block.bytes += after.bytes;
  block.after = after.after;
  if (after.after !== undefined) after.after.before = block;
}

/** Where a block of this size and birth is or belongs, in blocks sorted by both. */
function firstNotBefore(blocks: readonly MemoryBlock[], bytes: number, born: number): number {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const block = blocks[middle];
    if (block !== undefined && (block.bytes < bytes || (block.bytes === bytes && block.born < born))) low = middle + 1;
    else high = middle;
  }
  return low;
}
