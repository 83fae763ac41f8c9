/** What arithmetic a GPU has units for. `fp16` of a P100 is vector arithmetic. */
export type GpuPrecision = 'fp32' | 'tf32' | 'fp16' | 'bf16' | 'fp8' | 'fp4';

/** One kind of GPU, or a MIG slice of one, with what advice needs of it. */
export interface GpuKind {
  /** The id in the catalogue, with the profile of a slice: `a100_80_sxm`, `h100_sxm:1g.10gb`. */
  readonly id: string;
  readonly name: string;
  /** `ampere`, `hopper`, `cdna3`, …: what reproducibility is judged by. */
  readonly arch: string;
  /** GiB (2^30 bytes) that a program really gets: the lowest value seen, never the GB on the box. */
  readonly usableGib: number;
  /** GB/s (10^9 bytes). */
  readonly bandwidth?: number;
  /** Dense TFLOP/s by precision; absent: not published. */
  readonly tflops: { readonly [P in GpuPrecision]?: number };
  /** Best measured bf16 matrix product, TFLOP/s; the source is in the catalogue. */
  readonly measuredBf16?: number;
  readonly supports: readonly GpuPrecision[];
  /** GB/s a GPU, both directions; 0: none. */
  readonly nvlink?: number;
  /** Watts, of the board. */
  readonly tdp?: number;
  /** Reference GPU units of the Digital Research Alliance of Canada (A100-40 = 4.0). */
  readonly rgu?: number;
  /** Set for a slice: which, and that several of them cannot work on one model together. */
  readonly mig?: string;
  /** What of it is a guess, in words: a name that means two sizes, taken as the smaller. */
  readonly unsure?: string;
  /** What says that it is this GPU, if its name does not: `the feature GPU_SKU:L40S of its nodes`. */
  readonly basis?: string;
  /** What a person should know, such as that a name may mean two sizes. */
  readonly notes: readonly string[];
}
