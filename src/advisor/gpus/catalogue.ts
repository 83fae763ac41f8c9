import { AMD_INTEL } from './amd-intel.ts';
import type { GpuEntry } from './entry.ts';
import { MORE_AMD_INTEL } from './more-amd-intel.ts';
import { toPlainName } from './names.ts';
import { ADA_HOPPER } from './nvidia-ada-hopper.ts';
import { AMPERE } from './nvidia-ampere.ts';
import { BLACKWELL } from './nvidia-blackwell.ts';
import { DATA_CENTER } from './nvidia-data-center.ts';
import { GEFORCE } from './nvidia-geforce.ts';
import { PASCAL_TO_TURING } from './nvidia-pascal-to-turing.ts';
import { WORKSTATION } from './nvidia-workstation.ts';

/** All GPUs that are known here. */
export const CATALOGUE: readonly GpuEntry[] = [
  ...PASCAL_TO_TURING,
  ...AMPERE,
  ...ADA_HOPPER,
  ...BLACKWELL,
  ...AMD_INTEL,
  ...DATA_CENTER,
  ...WORKSTATION,
  ...GEFORCE,
  ...MORE_AMD_INTEL,
];

/**
 * Names that sites give to more than one GPU, the least of them first. `rtx6000` is a Turing card of 24 GB, an Ada card
 * of 48 GB or a Blackwell card of 96 GB; `p100` has 12 GB at some sites (Cedar), and `v100x` is a V100 at Biowulf.
 */
const SHARED: ReadonlyMap<string, readonly string[]> = new Map(
  [
    'a100 = a100_40 a100_80_sxm',
    'v100 v100x v100nv v100dgx v100sxm2 teslav100 = v100_16 v100_32',
    'p100 p100_pcie = p100_12 p100_16',
    'h100 = h100_sxm h100_nvl',
    'gh200 grace_hopper gracehopper = gh200_96 gh200_144',
    'a800 = a800_40 a800_80',
    'm40 = m40_12 m40_24',
    'rtx6000 rtx_6000 rtx6k = quadro_rtx6000 rtx6000_ada rtx_pro_6000',
    'rtx5000 rtx_5000 rtx5k = quadro_rtx5000 rtx5000_ada rtx_pro_5000_48',
    'rtx4000 rtx_4000 rtx4k = quadro_rtx4000 rtx4000_ada rtx_pro_4000',
    'rtx4500 rtx_4500 = rtx4500_ada rtx_pro_4500',
    'rtx2000 rtx_2000 = rtx2000_ada rtx_pro_2000',
    'rtx_pro_5000 rtxpro5000 = rtx_pro_5000_48 rtx_pro_5000_72',
    'a2000 rtx_a2000 rtxa2000 = rtx_a2000_6 rtx_a2000_12',
    't1000 = t1000_4 t1000_8',
    'titanx titan_x = gtx_titan_x titan_x_pascal',
    'rtx3060 rtx_3060 3060 = rtx3060_8 rtx3060_12',
    'rtx3080 rtx_3080 3080 = rtx3080_10 rtx3080_12',
    'mi50 = mi50_16 mi50_32',
    'mi200 gfx90a = mi250x mi210',
    'mi300 gfx942 = mi300a mi300x',
    'pvc ponte_vecchio = max1100 max1550_stack max1550',
    'max1550 max_1550 intel_max1550 = max1550_stack max1550',
    'gaudi = gaudi1 gaudi2 gaudi3',
  ].flatMap((line) => {
    const [names = '', ids = ''] = line.split(' = ');
    return names.split(' ').map((name): [string, readonly string[]] => [name, ids.split(' ')]);
  }),
);

const BY_ID: ReadonlyMap<string, GpuEntry> = new Map(CATALOGUE.map((entry) => [entry.id, entry]));
const BY_NAME: ReadonlyMap<string, GpuEntry> = new Map(
  CATALOGUE.flatMap((entry) =>
    [entry.id, ...entry.aliases].map((name): [string, GpuEntry] => [toPlainName(name), entry]),
  ),
);
/** A maker's word that tells two of the same name apart: a "Quadro RTX 6000" is the Turing card. */
const BY_FULL_NAME: ReadonlyMap<string, GpuEntry> = new Map(
  CATALOGUE.flatMap((entry) => entry.aliases.map((name): [string, GpuEntry] => [name, entry])),
);

/** The GPUs that a name may mean, the least first; none if it is unknown. */
export function findEntries(name: string): readonly GpuEntry[] {
  const plain = toPlainName(name);
  const full = name.toLowerCase().replace(/[\s-]+/g, '_');
  const exact = full === plain ? undefined : BY_FULL_NAME.get(full.replace(/^nvidia_/, ''));
  const shared = SHARED.get(plain);
  if (shared !== undefined && (exact === undefined || !full.includes('quadro'))) {
    return shared.flatMap((id) => BY_ID.get(id) ?? []);
  }
  const entry = exact ?? BY_NAME.get(plain);
  return entry === undefined ? [] : [entry];
}
