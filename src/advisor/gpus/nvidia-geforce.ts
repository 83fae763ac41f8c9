import type { GpuEntry } from './entry.ts';
import { parseGpuTable } from './table.ts';

/** More of NVIDIA's GeForce cards, with the TITANs. With fp32 accumulation, GeForce cards have half the rate of their tensor cores. */
export const GEFORCE: readonly GpuEntry[] = parseGpuTable(
  'nvidia',
  `
  id             | name                          | arch      | GB       | GB/s | W   | fp32 | fp16  | NVLink | source | names
  gtx980         | GeForce GTX 980               | maxwell   | 4        | 224  | 165 | 5    |       |        | c2621  | gtx980 gtx_980
  gtx980ti       | GeForce GTX 980 Ti            | maxwell   | 6        | 337  | 250 | 6.1  |       |        | c2724  | gtx980ti gtx_980_ti 980ti
  gtx_titan_x    | GeForce GTX TITAN X (Maxwell) | maxwell   | 12       | 337  | 250 | 6.7  |       |        | R      | gtx_titan_x
  gtx1070        | GeForce GTX 1070              | pascal    | 8        | 256  | 150 | 6.5  |       |        | c2840  | gtx1070 gtx_1070 1070
  gtx1070ti      | GeForce GTX 1070 Ti           | pascal    | 8        | 256  | 180 | 8.2  |       |        | c3010  | gtx1070ti gtx_1070_ti 1070ti
  gtx1080        | GeForce GTX 1080              | pascal    | 8        | 320  | 180 | 8.9  |       |        | c2839  | gtx1080 gtx_1080 1080
  gtx1080ti      | GeForce GTX 1080 Ti           | pascal    | 11       | 484  | 250 | 11.3 |       |        | c2877  | gtx1080ti gtx_1080_ti gtx_1080ti 1080ti
  titan_x_pascal | TITAN X (Pascal)              | pascal    | 12       | 480  | 250 | 11   |       |        | c2863  | titan_x_pascal titanx_pascal
  titan_xp       | TITAN Xp                      | pascal    | 12       | 548  | 250 | 12.2 |       |        | c2948  | titan_xp titanxp
  titan_v        | TITAN V                       | volta     | 12       | 651  | 250 | 14.9 | 119.2 |        | c3051  | titan_v titanv
  titan_rtx      | TITAN RTX                     | turing    | 24       | 672  | 280 | 16.3 | 130.5 | 100    | c3311  | titan_rtx titanrtx
  rtx2060        | GeForce RTX 2060              | turing    | 6        | 336  | 160 | 6.5  | 25.8  |        | c3310  | rtx2060 rtx_2060 2060
  rtx2070        | GeForce RTX 2070              | turing    | 8        | 448  | 175 | 7.5  | 29.9  |        | c3252  | rtx2070 rtx_2070 2070
  rtx2070super   | GeForce RTX 2070 SUPER        | turing    | 8        | 448  | 215 | 9.1  | 36.2  |        | c3440  | rtx2070super rtx_2070_super
  rtx2080        | GeForce RTX 2080              | turing    | 8        | 448  | 215 | 10.1 | 40.3  |        | c3224  | rtx2080 rtx_2080 2080
  rtx2080super   | GeForce RTX 2080 SUPER        | turing    | 8        | 496  | 250 | 11.2 | 44.6  |        | c3439  | rtx2080super rtx_2080_super 2080super
  rtx3060_8      | GeForce RTX 3060 8GB          | ampere    | 8        | 240  | 170 | 12.7 | 25.5  |        | c3937  | rtx_3060_8gb
  rtx3060_12     | GeForce RTX 3060 12GB         | ampere    | 12       | 360  | 170 | 12.7 | 25.5  |        | c3682  | rtx_3060_12gb
  rtx3060ti      | GeForce RTX 3060 Ti           | ampere    | 8        | 448  | 200 | 16.2 | 32.4  |        | c3681  | rtx3060ti rtx_3060_ti 3060ti
  rtx3070        | GeForce RTX 3070              | ampere    | 8        | 448  | 220 | 20.3 | 40.6  |        | c3674  | rtx3070 rtx_3070 3070
  rtx3070ti      | GeForce RTX 3070 Ti           | ampere    | 8        | 608  | 290 | 21.8 | 43.5  |        | c3675  | rtx3070ti rtx_3070_ti 3070ti
  rtx3080_10     | GeForce RTX 3080 10GB         | ampere    | 10       | 760  | 320 | 29.8 | 59.5  |        | c3621  | rtx_3080_10gb
  rtx3080_12     | GeForce RTX 3080 12GB         | ampere    | 12       | 912  | 350 | 30.6 | 61.3  |        | c3834  | rtx_3080_12gb
  rtx3080ti      | GeForce RTX 3080 Ti           | ampere    | 12       | 912  | 350 | 34.1 | 68.2  |        | c3735  | rtx3080ti rtx_3080_ti rtx_3080ti 3080ti
  rtx3090ti      | GeForce RTX 3090 Ti           | ampere    | 24 23.55 | 1010 | 450 | 40   | 80    | 112.5  | c3829  | rtx3090ti rtx_3090_ti rtx_3090ti 3090ti
  rtx4070        | GeForce RTX 4070              | ada       | 12       | 504  | 200 | 29.1 | 58.3  |        | c3924  | rtx4070 rtx_4070 4070
  rtx4070ti      | GeForce RTX 4070 Ti           | ada       | 12       | 504  | 285 | 40.1 | 80.2  |        | c3950  | rtx4070ti rtx_4070_ti 4070ti
  rtx4070tisuper | GeForce RTX 4070 Ti SUPER     | ada       | 16       | 672  | 285 | 44.1 | 88.2  |        | c4187  | rtx_4070_ti_super
  rtx4080        | GeForce RTX 4080              | ada       | 16       | 717  | 320 | 48.7 | 97.5  |        | c3888  | rtx4080 rtx_4080 4080
  rtx4080super   | GeForce RTX 4080 SUPER        | ada       | 16       | 736  | 320 | 52.2 | 104.4 |        | c4182  | rtx4080super rtx_4080_super
  rtx4090d       | GeForce RTX 4090 D            | ada       | 24 23.52 | 1010 | 425 | 73.5 | 147.1 |        | c4189  | rtx4090d rtx_4090_d 4090d
  rtx5070        | GeForce RTX 5070              | blackwell | 12       | 672  | 250 | 30.9 | 61.7  |        | c4218  | rtx5070 rtx_5070 5070
  rtx5070ti      | GeForce RTX 5070 Ti           | blackwell | 16       | 896  | 300 | 43.9 | 87.9  |        | c4243  | rtx5070ti rtx_5070_ti 5070ti
  rtx5080        | GeForce RTX 5080              | blackwell | 16       | 960  | 360 | 56.3 | 112.6 |        | c4217  | rtx5080 rtx_5080 5080
`,
);
