import type { GpuEntry } from './entry.ts';
import { parseGpuTable } from './table.ts';

/** More of NVIDIA's cards for data centers. Of boards with several chips one chip, with its share of the watts. */
export const DATA_CENTER: readonly GpuEntry[] = parseGpuTable(
  'nvidia',
  `
  id       | name                       | arch            | GB         | GB/s | W    | fp32 | fp16    | NVLink | source | names
  m2090    | Tesla M2090                | fermi           | 6          | 177  | 250  | 1.3  |         |        | c1537  | m2090
  k20      | Tesla K20                  | kepler          | 5          | 208  | 225  | 3.5  |         |        | c2029  | k20 k20m k20c
  k20x     | Tesla K20X                 | kepler          | 6          | 250  | 235  | 3.9  |         |        | c2315  | k20x k20xm
  k40      | Tesla K40                  | kepler          | 12         | 288  | 245  | 5    |         |        | c2529  | k40 k40m k40c
  k80      | Tesla K80 (one of 2 chips) | kepler          | 12         | 241  | 150  | 4.1  |         |        | c2616  | k80
  m10      | Tesla M10 (one of 4 chips) | maxwell         | 8          | 83   | 56   | 1.7  |         |        | c3035  | m10
  m40_12   | Tesla M40 12GB             | maxwell         | 12         | 288  | 250  | 6.8  |         |        | c2771  | m40_12gb
  m40_24   | Tesla M40 24GB             | maxwell         | 24         | 288  | 250  | 6.8  |         |        | c3838  | m40_24gb
  m60      | Tesla M60 (one of 2 chips) | maxwell         | 8          | 160  | 150  | 4.8  |         |        | c2760  | m60
  p4       | Tesla P4                   | pascal          | 8          | 192  | 75   | 5.7  |         |        | c2879  | p4
  p100_12  | Tesla P100 12GB            | pascal          | 12         | 549  | 250  | 9.5  | 19.1    |        | c2915  | p100_12gb p100_pcie_12gb
  p40      | Tesla P40                  | pascal          | 24         | 347  | 250  | 11.8 |         |        | c2878  | p40
  v100s    | Tesla V100S 32GB           | volta           | 32 31.73   | 1130 | 250  | 16.4 | 130 R   |        | c3467  | v100s v100s_32gb v100s_pcie_32gb
  a2       | A2                         | ampere          | 16 14.56   | 200  | 60   | 4.5  | 18.1    |        | c3848  | a2
  a10g     | A10G (AWS)                 | ampere          | 24 22.03   | 600  | 150  | 31.5 | 70 R    |        | c3798  | a10g
  a100x    | A100X 80GB                 | ampere          | 80 79.14   | 2039 | 300  | 19.9 | 318.5   | 600    | c3958  | a100x
  a800_40  | A800 40GB                  | ampere          | 40 39.38   | 1555 | 250  | 19.5 | 312     | 400    | c3964  | a800_40gb a800_pcie_40gb
  a800_80  | A800 80GB                  | ampere          | 80 79.14   | 2039 | 400  | 19.5 | 312     | 400    | c3966  | a800_80gb a800_sxm4_80gb a800_pcie_80gb
  h800     | H800 80GB                  | hopper          | 80 79.1    | 3350 | 700  | 59.3 | 989 R   | 400    | c3975  | h800 h800_80gb h800_sxm5 h800_pcie
  h20      | H20 96GB                   | hopper          | 96         | 4000 | 400  | 44   | 148     | 900    | S      | h20 h20_96gb
  h20_141  | H20 141GB                  | hopper          | 141        | 4800 | 400  | 44   | 148     | 900    | R      | h20_3e h20_141gb
  h200_nvl | H200 NVL 141GB             | hopper          | 141 139.72 | 4800 | 600  | 60.3 | 835 R   | 900    | c4254  | h200_nvl
  l20      | L20                        | ada             | 48 44.39   | 864  | 275  | 59.4 | 119.5 R |        | c4206  | l20
  gb300    | GB300 (one GPU)            | blackwell_ultra | 279        | 8000 | 1400 | 80   | 2500    | 1800   | S      | gb300 gb300_nvl72                       | The host is aarch64: it needs other wheels and containers. Sold as 288 GB.
  gb10     | GB10 (DGX Spark)           | blackwell       | 128        | 273  | 140  | 29.7 | 118.8   |        | c4342  | gb10 dgx_spark                          | CPU and GPU share the 128 GB: the GPU lacks what the host uses. The host is aarch64.
`,
);
