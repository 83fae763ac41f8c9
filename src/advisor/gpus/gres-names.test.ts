import { describe, expect, it } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { findGpuKind } from './gpu-kinds.ts';

/**
 * Types of `gres/gpu` that sites use, from their documentation, scripts and listings, from Slurm's own tests and from what
 * `nvidia-smi` calls devices, with what each is: the id here, GB as on the box or in the name of the slice, architecture, and
 * `?` if the name may mean another GPU too: then it is the one with the least memory. `&` precedes features of the node.
 */
const NAMES = `
  a100_40              | 40  | ampere          | ? | a100 A100 a100_shared tesla_a100
  a100_40:3g.20gb      | 20  | ampere          |   | a100_3g.20gb nvidia_a100_3g.20gb 3g.20gb MIG-3g.20gb 3g.20gb&a100,40gb
  a100_40:1g.5gb       | 5   | ampere          |   | a100_1g.5gb nvidia_a100_1g.5gb a100_1g.5gb+me 1g.5gb mig-1g.5gb
  a100_40:2g.10gb      | 10  | ampere          |   | a100_2g.10gb 2g.10gb
  a100_40:4g.20gb      | 20  | ampere          |   | a100_4g.20gb
  a100_40              | 40  | ampere          |   | a100_7g.40gb nvidia_a100-sxm4-40gb nvidia_a100-pcie-40gb a100-pcie-40gb a100_40gb a100-40g a100-40gb a100_40 A100_40GB a100m40
  a100_40:1g.10gb      | 10  | ampere          |   | a100_1g.10gb nvidia_a100_1g.10gb 1g.10gb&a100
  a100_80_sxm          | 80  | ampere          |   | a100_7g.80gb nvidia_a100-sxm4-80gb nvidia_a100_80gb a100_80gb a100-80g a100-80gb a100_80 A100_80GB a100l a100m80 a100_sxm4_80 tesla_a100_80g
  a100_80_sxm:1g.10gb  | 10  | ampere          |   | a100_80gb_1g.10gb
  a100_80_sxm:3g.40gb  | 40  | ampere          |   | nvidia_a100_3g.39gb a100l.3
  a100_80_pcie         | 80  | ampere          |   | nvidia_a100_80gb_pcie
  a100_80_pcie:2g.20gb | 20  | ampere          |   | nvidia_a100_80gb_pcie_2g.20gb
  a100_80_pcie:3g.40gb | 40  | ampere          |   | nvidia_a100_80gb_pcie_3g.40gb
  a100_80_pcie:1g.10gb | 10  | ampere          |   | nvidia_a100_80gb_pcie_1g.10gb
  a100_80_sxm:2g.20gb  | 20  | ampere          |   | a100l.2
  a100_80_sxm:4g.40gb  | 40  | ampere          |   | a100l.4
  a100x                | 80  | ampere          |   | a100x
  a100_40:1g.5gb       | 5   | ampere          | ? | a100-mig a100mig a100_mig
  a100_40              | 64  | ampere          |   | a100-sxm-64gb
  a100_40:1g.10gb      | 10  | ampere          | ? | 1g.10gb mig-1g.10gb mig_1g.10gb
  a100_80_sxm:2g.20gb  | 20  | ampere          | ? | 2g.20gb
  a100_80_sxm:3g.40gb  | 40  | ampere          | ? | 3g.40gb
  a100_80_sxm          | 80  | ampere          | ? | 7g.80gb
  h100_nvl:1g.12gb     | 12  | hopper          |   | 1g.12gb nvidia_h100_nvl_1g.12gb h100_1g.12gb
  b200_sxm:3g.90gb     | 90  | blackwell       | ? | 90gb mig90
  b200_sxm:1g.45gb     | 45  | blackwell       | ? | 45gb
  b200_sxm:3g.90gb     | 90  | blackwell       |   | 90gb&b200
  h100_sxm             | 80  | hopper          | ? | h100 H100 nvidia_h100
  h100_sxm             | 80  | hopper          |   | h100-80 h100_80gb h100_80gb_hbm3 nvidia_h100_80gb_hbm3 h100-sxm h100_sxm5
  h100_sxm:1g.10gb     | 10  | hopper          |   | nvidia_h100_80gb_hbm3_1g.10gb h100_1g.10gb
  h100_sxm:2g.20gb     | 20  | hopper          |   | nvidia_h100_80gb_hbm3_2g.20gb
  h100_sxm:3g.40gb     | 40  | hopper          |   | nvidia_h100_80gb_hbm3_3g.40gb h100_3g.40gb
  h100_pcie            | 80  | hopper          |   | nvidia_h100_pcie h100_pcie
  h100_nvl             | 94  | hopper          |   | nvidia_h100_nvl h100-nvl h100nvl h100_96 h100-96 h100_94gb
  h100_sxm:1g.10gb     | 10  | hopper          | ? | h100.mig h100mig
  h100_nvl:3g.47gb     | 47  | hopper          |   | h100-47 h100_47
  h100_sxm             | 64  | hopper          |   | h100_64gb
  h200_sxm             | 141 | hopper          |   | h200 h200-sxm h200_sxm nvidia_h200 h200_141gb
  h200_nvl             | 141 | hopper          |   | h200_nvl nvidia_h200_nvl
  h200_sxm:1g.18gb     | 18  | hopper          |   | nvidia_h200_1g.18gb h200_1g.18gb
  h200_sxm:3g.71gb     | 71  | hopper          |   | nvidia_h200_3g.71gb h200_3g.71gb
  gh200_96             | 96  | hopper          | ? | gh200 grace_hopper
  gh200_96             | 96  | hopper          |   | gh200_480gb nvidia_gh200_480gb nvidia_gh200_120gb gh200_96gb
  gb200                | 186 | blackwell       |   | gb200 nvidia_gb200
  gb300                | 279 | blackwell_ultra |   | gb300 nvidia_gb300
  gb10                 | 128 | blackwell       |   | gb10
  b200_sxm             | 180 | blackwell       |   | b200 nvidia_b200 b200_180gb
  b200_sxm:1g.23gb     | 23  | blackwell       |   | b200_1g.23gb nvidia_b200_1g.23gb
  b300_sxm             | 288 | blackwell_ultra |   | b300
  rtx_pro_6000         | 96  | blackwell       |   | rtx_pro_6000 rtx_pro_6000_blackwell rtxpro6000 rtxpro6000bw rtx_pro_6000_blackwell_server_edition nvidia_rtx_pro_6000_blackwell_server_edition nvidia_rtx_pro_6000_blackwell_max-q_workstation_edition nvidia_rtx_pro_6000_blackwell_workstation_edition rtx6000pro rtx6000_pro rtx_6000_pro rtxproserver6000 rtx-pro-6000 pro_6000 pro6000
  rtx_pro_6000:1g.24gb | 24  | blackwell       |   | nvidia_rtx_pro_6000_blackwell_server_edition_1g.24gb
  rtx_pro_5000_48      | 48  | blackwell       | ? | rtx_pro_5000
  rtx_pro_4500         | 32  | blackwell       |   | rtx_pro_4500_blackwell
  rtx_pro_4000         | 24  | blackwell       |   | rtx_pro_4000
  mi100                | 32  | cdna1           |   | mi100
  mi250x               | 64  | cdna2           |   | mi200 mi250 mi250x amd_mi250x gfx90a
  mi210                | 64  | cdna2           |   | mi210 amd_instinct_mi210
  mi300a               | 128 | cdna3           | ? | mi300 gfx942
  mi300a               | 128 | cdna3           |   | mi300a amd_instinct_mi300a
  mi300x               | 192 | cdna3           |   | mi300x
  mi325x               | 256 | cdna3           |   | mi325x
  mi350x               | 288 | cdna4           |   | mi350x
  mi355x               | 288 | cdna4           |   | mi355x
  mi50_16              | 16  | gcn5.1          | ? | mi50
  mi60                 | 32  | gcn5.1          |   | mi60
  mi25                 | 16  | gcn5            |   | mi25
  max1100              | 48  | xe_hpc          | ? | pvc ponte_vecchio
  max1100              | 48  | xe_hpc          |   | max1100 max_1100
  max1550_stack        | 64  | xe_hpc          | ? | max1550 intel_max1550
  gaudi1               | 32  | gaudi           | ? | gaudi
  gaudi2               | 96  | gaudi2          |   | gaudi2 hl225
  gaudi3               | 128 | gaudi3          |   | gaudi3
  v100_16              | 16  | volta           | ? | v100 V100 v100x v100sxm2 v100-pcie v100nv v100dgx tesla_v100 Tesla-V100 tesla-v100 teslav100
  v100s                | 32  | volta           |   | v100s v100s-pcie-32gb tesla_v100s-pcie-32gb
  v100_32              | 32  | volta           |   | v100l v100-32 v100-32g v100_32 tesla_v100-sxm2-32gb tesla_v100-sxm2-32gb-ls tesla_v100-sxm3-32gb tesla_v100-pcie-32gb
  v100_16              | 16  | volta           |   | v100-16 v100-sxm2-16gb v100-16g v100_16 tesla_v100-sxm2-16gb tesla_v100-pcie-16gb
  titan_v              | 12  | volta           |   | titanv titan_v titan-v nvidia_titan_v
  gtx_titan_x          | 12  | maxwell         | ? | titanx titan_x TITAN_X
  titan_xp             | 12  | pascal          |   | titan_xp titanxp
  titan_rtx            | 24  | turing          |   | titan_rtx titanrtx nvidia_titan_rtx
  titan_x_pascal       | 12  | pascal          |   | nvidia_titan_x_(pascal)
  quadro_rtx8000       | 48  | turing          |   | rtx8000 quadro_rtx_8000 rtx_8000
  quadro_rtx6000       | 24  | turing          | ? | rtx6000 rtx_6000 rtx6k
  quadro_rtx6000       | 24  | turing          |   | quadro_rtx_6000
  quadro_rtx5000       | 16  | turing          |   | quadro_rtx_5000
  quadro_rtx5000       | 16  | turing          | ? | rtx5000 rtx_5000
  quadro_rtx4000       | 8   | turing          | ? | rtx4000 rtx_4000
  quadro_rtx4000       | 8   | turing          |   | quadro_rtx_4000
  rtx6000_ada          | 48  | ada             |   | rtx6000ada rtx6000_ada rtx_6000_ada rtx6000ada_gen nvidia_rtx_6000_ada_generation 6000Ada
  rtx5000_ada          | 32  | ada             |   | nvidia_rtx_5000_ada_generation rtx_5000_ada rtx5000ada
  rtx4500_ada          | 24  | ada             |   | rtx_4500_ada
  rtx4000_ada          | 20  | ada             |   | nvidia_rtx_4000_ada_generation rtx_4000_ada rtx4000ada
  rtx2000_ada          | 16  | ada             | ? | rtx2000
  rtx_a6000            | 48  | ampere          |   | a6000 A6000 rtxa6000 rtx_a6000 nvidia_rtx_a6000
  rtx_a5500            | 24  | ampere          |   | a5500 nvidia_rtx_a5500
  rtx_a5000            | 24  | ampere          |   | a5000 rtxa5000 nvidia_rtx_a5000
  rtx_a4500            | 20  | ampere          |   | a4500 rtx_a4500
  rtx_a4000            | 16  | ampere          |   | a4000 rtxa4000 rtx_a4000 nvidia_rtx_a4000
  rtx_a2000_6          | 6   | ampere          | ? | a2000 rtx_a2000
  a2                   | 16  | ampere          |   | a2
  a10                  | 24  | ampere          |   | a10 a10_24gb
  a10g                 | 24  | ampere          |   | a10g nvidia_a10g
  a16                  | 16  | ampere          |   | a16 nvidia_a16
  a30                  | 24  | ampere          |   | a30 nvidia_a30
  a30:1g.6gb           | 6   | ampere          |   | nvidia_a30_1g.6gb
  a30:2g.12gb          | 12  | ampere          |   | a30_2g.12gb
  a40                  | 48  | ampere          |   | a40 nvidia_a40 nvidia_a40-48q
  a40:8q               | 8   | ampere          |   | a40-8q
  l4                   | 24  | ada             |   | l4 nvidia_l4
  l40                  | 48  | ada             |   | l40 nvidia_l40
  l40s                 | 48  | ada             |   | l40s nvidia_l40s L40S l40s-48
  l40s:24q             | 24  | ada             |   | l40s-24q
  l20                  | 48  | ada             |   | l20
  h20                  | 96  | hopper          |   | h20 nvidia_h20
  a800_40              | 40  | ampere          | ? | a800
  a800_80              | 80  | ampere          |   | nvidia_a800-sxm4-80gb
  h800                 | 80  | hopper          |   | h800 nvidia_h800
  t4                   | 16  | turing          |   | t4 nvidia_t4 tesla_t4 Tesla_T4
  t1000_4              | 4   | turing          | ? | t1000
  p100_12              | 12  | pascal          | ? | p100 tesla_p100
  p100_12              | 12  | pascal          |   | tesla_p100-pcie-12gb
  p100_16              | 16  | pascal          |   | tesla_p100-pcie-16gb tesla_p100-sxm2-16gb p100l
  p4                   | 8   | pascal          |   | p4 tesla_p4
  p40                  | 24  | pascal          |   | p40 tesla_p40
  p6000                | 24  | pascal          |   | p6000 quadro_p6000
  p5000                | 16  | pascal          |   | p5000
  k80                  | 12  | kepler          |   | k80 tesla_k80
  k40                  | 12  | kepler          |   | k40 k40m tesla_k40m
  k20                  | 5   | kepler          |   | k20 k20m
  k20x                 | 6   | kepler          |   | k20x
  m40_12               | 12  | maxwell         | ? | m40
  m60                  | 8   | maxwell         |   | m60 tesla_m60
  m10                  | 8   | maxwell         |   | m10
  m2090                | 6   | fermi           |   | m2090
  gtx1080              | 8   | pascal          |   | gtx1080 gtx_1080
  gtx1080ti            | 11  | pascal          |   | gtx1080ti gtx_1080_ti 1080ti nvidia_geforce_gtx_1080_ti geforce_gtx_1080_ti
  gtx1070              | 8   | pascal          |   | gtx1070
  gtx980               | 4   | maxwell         |   | gtx980
  gtx_titan_x          | 12  | maxwell         |   | gtx_titan_x geforce_gtx_titan_x
  rtx2080ti            | 11  | turing          |   | 2080ti rtx2080ti rtx_2080ti rtx_2080_ti nvidia_geforce_rtx_2080_ti geforce_rtx_2080_ti 2080Ti
  rtx2080              | 8   | turing          |   | rtx2080 rtx_2080
  rtx2080super         | 8   | turing          |   | rtx_2080_super
  rtx2070              | 8   | turing          |   | rtx2070 rtx_2070
  rtx3070              | 8   | ampere          |   | rtx3070 rtx_3070
  rtx3060_8            | 8   | ampere          | ? | rtx3060 rtx_3060
  rtx3080_10           | 10  | ampere          | ? | rtx3080 rtx_3080 nvidia_geforce_rtx_3080
  rtx3080ti            | 12  | ampere          |   | rtx3080ti rtx_3080_ti
  rtx3090              | 24  | ampere          |   | rtx3090 rtx_3090 nvidia_geforce_rtx_3090 3090
  rtx3090ti            | 24  | ampere          |   | 3090ti rtx_3090_ti
  rtx4070              | 12  | ada             |   | rtx4070
  rtx4080              | 16  | ada             |   | rtx4080 rtx_4080
  rtx4090              | 24  | ada             |   | rtx4090 rtx_4090 nvidia_geforce_rtx_4090
  rtx4090d             | 24  | ada             |   | nvidia_geforce_rtx_4090_d
  rtx5090              | 32  | blackwell       |   | rtx5090 rtx_5090 nvidia_geforce_rtx_5090
  rtx5080              | 16  | blackwell       |   | rtx_5080
  rtx5070ti            | 16  | blackwell       |   | rtx_5070_ti
`;

/** Architectures, families and words for any GPU: they name no card. */
const NO_CARDS = `
  rtx_pro_blackwell blackwell volta Volta tesla kepler pascal turing ampere hopper ada lovelace geforce quadro titan rtx shared gpu any generic cuda vgpu
  tpu shard mps nic hpc_gpu_queue superpod
`;

interface Row {
  readonly id: string;
  readonly gb: number;
  readonly arch: string;
  readonly isUnsure: boolean;
  readonly name: string;
}

const ROWS = NAMES.trim()
  .split('\n')
  .flatMap((line): Row[] => {
    const [id = '', gb, arch = '', mark, names = ''] = line.split('|').map((cell) => cell.trim());
    return names.split(' ').map((name) => ({ id, gb: Number(gb), arch, isUnsure: mark === '?', name }));
  });

/** Drivers keep some memory for themselves, at most so much; of slices and of GB that are not GiB, too. */
const LEAST_OF_LABEL = 0.86;

describe('a type that a site gives its GPUs', () => {
  it.each(ROWS)('$name is $id, $gb GB', ({ name, id, gb, arch, isUnsure }) => {
    const [type = '', features] = name.split('&');
    const kind = findGpuKind(type, features === undefined ? {} : { features: features.split(',') });
    expect(kind).toMatchObject({ id, arch });
    expect(kind?.unsure !== undefined, kind?.unsure).toBe(isUnsure);
    expect(kind?.usableGib).toBeLessThanOrEqual(gb);
    expect(kind?.usableGib).toBeGreaterThan(gb * LEAST_OF_LABEL);
  });

  it('is one of 370 that name a card', () => {
    expect(new Set(ROWS.map(({ name }) => name)).size).toBe(370);
  });

  it.each(NO_CARDS.trim().split(/\s+/))('%s names no card, and is unknown', (name) => {
    expect(findGpuKind(name)).toBeUndefined();
  });
});

it('each GPU of the catalogue says where its figures are from', () => {
  const tag = /^(?:V|S|R|C|log|V, R|R, S|c\d{3,4})$/;
  const wrong = CATALOGUE.filter(({ sources }) => !Object.values(sources).every((each) => tag.test(each)));
  expect(wrong.map(({ id }) => id)).toEqual([]);
});

it('no name of the catalogue is that of two GPUs', () => {
  const names = CATALOGUE.flatMap(({ id, aliases }) => [...new Set([id, ...aliases])]);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});
