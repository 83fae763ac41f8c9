import type { GpuEntry } from './entry.ts';
import { parseGpuTable } from './table.ts';

/** More of AMD's and Intel's. fp16 of AMD's is vector arithmetic at twice the rate of fp32. */
export const MORE_AMD_INTEL: readonly GpuEntry[] = [
  ...parseGpuTable(
    'amd',
    `
  id      | name                      | arch   | GB  | GB/s | W    | fp32  | fp16   | NVLink | source | names
  mi25    | Radeon Instinct MI25      | gcn5   | 16  | 436  | 300  | 12.3  | 24.6   |        | c2983  | mi25
  mi50_16 | Radeon Instinct MI50 16GB | gcn5.1 | 16  | 1020 | 300  | 13.4  | 26.8   |        | c3335  | mi50_16gb
  mi50_32 | Radeon Instinct MI50 32GB | gcn5.1 | 32  | 1020 | 300  | 13.4  | 26.8   |        | R      | mi50_32gb
  mi60    | Radeon Instinct MI60      | gcn5.1 | 32  | 1020 | 300  | 14.8  | 29.5   |        | c3233  | mi60
  mi350x  | Instinct MI350X           | cdna4  | 288 | 8000 | 1000 | 144.2 | 2307 R |        | c4308  | mi350x mi350
`,
  ),
  ...parseGpuTable(
    'intel',
    `
  id            | name                                        | arch   | GB  | GB/s | W   | fp32 | fp16  | NVLink | source | names
  max1100       | Data Center GPU Max 1100                    | xe_hpc | 48  | 1230 | 300 | 22.2 | 355   |        | c4066  | max1100 max_1100 intel_max1100
  max1550       | Data Center GPU Max 1550                    | xe_hpc | 128 | 3280 | 600 | 52.4 | 839   |        | c4068  | max1550_128gb
  max1550_stack | Data Center GPU Max 1550 (one stack of two) | xe_hpc | 64  | 1640 | 300 | 26.2 | 419.5 |        | c4068  | max1550_64gb                   | Programs see a stack as a device by default (ZE_FLAT_DEVICE_HIERARCHY=FLAT).
  gaudi1        | Gaudi (first generation)                    | gaudi  | 32  | 1000 | 300 |      |       |        | S      | gaudi1 hl205 hl_205            | It is no CUDA device; Slurm often calls it hpu, not gpu.
`,
  ),
];
