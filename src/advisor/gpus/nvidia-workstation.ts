import type { GpuEntry } from './entry.ts';
import { parseGpuTable } from './table.ts';

/** More of NVIDIA's cards for workstations: Quadro, RTX A, RTX Ada, RTX PRO Blackwell. */
export const WORKSTATION: readonly GpuEntry[] = parseGpuTable(
  'nvidia',
  `
  id              | name                        | arch      | GB | GB/s | W   | fp32 | fp16  | NVLink | source | names
  p5000           | Quadro P5000                | pascal    | 16 | 288  | 180 | 8.9  |       |        | c2864  | p5000
  p6000           | Quadro P6000                | pascal    | 24 | 433  | 250 | 12.6 |       |        | c2865  | p6000
  gv100           | Quadro GV100                | volta     | 32 | 868  | 250 | 16.7 | 133.3 | 200    | c3066  | gv100
  t1000_4         | T1000 4GB                   | turing    | 4  | 160  | 50  | 2.5  |       |        | c3797  | t1000_4gb
  t1000_8         | T1000 8GB                   | turing    | 8  | 160  | 50  | 2.5  |       |        | c3842  | t1000_8gb
  quadro_rtx4000  | Quadro RTX 4000 (Turing)    | turing    | 8  | 416  | 160 | 7.1  | 57    |        | c3336  | quadro_rtx_4000 quadro_rtx4000
  quadro_rtx5000  | Quadro RTX 5000 (Turing)    | turing    | 16 | 448  | 230 | 11.2 | 89.2  | 50     | c3308  | quadro_rtx_5000 quadro_rtx5000
  rtx_a2000_6     | RTX A2000 6GB               | ampere    | 6  | 288  | 70  | 8    | 31.9  |        | c3820  | rtx_a2000_6gb
  rtx_a2000_12    | RTX A2000 12GB              | ampere    | 12 | 288  | 70  | 8    | 31.9  |        | c3853  | rtx_a2000_12gb
  rtx_a4000       | RTX A4000                   | ampere    | 16 | 448  | 140 | 19.2 | 76.7  |        | c3756  | a4000 rtx_a4000 rtxa4000
  rtx_a4500       | RTX A4500                   | ampere    | 20 | 640  | 200 | 23.6 | 94.6  | 112.5  | c3849  | a4500 rtx_a4500 rtxa4500
  rtx_a5500       | RTX A5500                   | ampere    | 24 | 768  | 230 | 34.1 | 136.4 | 112.5  | c3901  | a5500 rtx_a5500 rtxa5500
  rtx2000_ada     | RTX 2000 Ada Generation     | ada       | 16 | 256  | 70  | 12   | 48    |        | c4199  | rtx_2000_ada rtx2000ada rtx2000_ada
  rtx4000_ada     | RTX 4000 Ada Generation     | ada       | 20 | 360  | 130 | 26.7 | 106.9 |        | c4171  | rtx_4000_ada rtx4000ada rtx4000_ada 4000ada
  rtx4500_ada     | RTX 4500 Ada Generation     | ada       | 24 | 432  | 210 | 39.6 | 158.5 |        | c4172  | rtx_4500_ada rtx4500ada rtx4500_ada 4500ada
  rtx5000_ada     | RTX 5000 Ada Generation     | ada       | 32 | 576  | 250 | 65.3 | 261.1 |        | c4152  | rtx_5000_ada rtx5000ada rtx5000_ada 5000ada
  rtx5880_ada     | RTX 5880 Ada Generation     | ada       | 48 | 864  | 285 | 69.3 | 277.1 |        | c4191  | rtx_5880_ada rtx5880ada rtx5880_ada
  rtx_pro_2000    | RTX PRO 2000 Blackwell      | blackwell | 16 | 288  | 70  | 17   | 68.1  |        | c4330  | rtx_pro_2000 rtxpro2000
  rtx_pro_4000    | RTX PRO 4000 Blackwell      | blackwell | 24 | 672  | 140 | 36.8 | 147.3 |        | c4279  | rtx_pro_4000 rtxpro4000
  rtx_pro_4500    | RTX PRO 4500 Blackwell      | blackwell | 32 | 896  | 200 | 50.5 | 202.1 |        | c4278  | rtx_pro_4500 rtxpro4500
  rtx_pro_5000_48 | RTX PRO 5000 Blackwell 48GB | blackwell | 48 | 1340 | 300 | 66.9 | 267.7 |        | c4276  | rtx_pro_5000_48gb
  rtx_pro_5000_72 | RTX PRO 5000 Blackwell 72GB | blackwell | 72 | 1340 | 300 | 66.9 | 267.7 |        | c4357  | rtx_pro_5000_72gb
`,
);
