import { AMD_INTEL } from './amd-intel.ts';
import type { GpuEntry } from './entry.ts';
import { plainName } from './names.ts';
import { ADA_HOPPER } from './nvidia-ada-hopper.ts';
import { AMPERE } from './nvidia-ampere.ts';
import { BLACKWELL } from './nvidia-blackwell.ts';
import { PASCAL_TO_TURING } from './nvidia-pascal-to-turing.ts';

/** All GPUs that are known here, older ones first. */
export const CATALOGUE: readonly GpuEntry[] = [
  ...PASCAL_TO_TURING,
  ...AMPERE,
  ...ADA_HOPPER,
  ...BLACKWELL,
  ...AMD_INTEL,
];

/**
 * Names that sites give to more than one GPU. `rtx6000` is a Turing card of 24 GB, an Ada card of 48 GB or a
 * Blackwell card of 96 GB.
 */
const SHARED: ReadonlyMap<string, readonly string[]> = new Map([
  ['a100', ['a100_40', 'a100_80_sxm']],
  ['v100', ['v100_16', 'v100_32']],
  ['h100', ['h100_sxm', 'h100_nvl']],
  ['gh200', ['gh200_96', 'gh200_144']],
  ['rtx6000', ['quadro_rtx6000', 'rtx6000_ada', 'rtx_pro_6000']],
  ['rtx_6000', ['quadro_rtx6000', 'rtx6000_ada', 'rtx_pro_6000']],
]);

const BY_ID: ReadonlyMap<string, GpuEntry> = new Map(CATALOGUE.map((entry) => [entry.id, entry]));
const BY_NAME: ReadonlyMap<string, GpuEntry> = new Map(
  CATALOGUE.flatMap((entry) =>
    [entry.id, ...entry.aliases].map((name): [string, GpuEntry] => [plainName(name), entry]),
  ),
);
/** A maker's word that tells two of the same name apart: a "Quadro RTX 6000" is the Turing card. */
const BY_FULL_NAME: ReadonlyMap<string, GpuEntry> = new Map(
  CATALOGUE.flatMap((entry) => entry.aliases.map((name): [string, GpuEntry] => [name, entry])),
);

/** The GPUs that a name may mean; none where it is unknown. */
export function entriesNamed(name: string): readonly GpuEntry[] {
  const plain = plainName(name);
  const full = name.toLowerCase().replace(/[\s-]+/g, '_');
  const exact = full === plain ? undefined : BY_FULL_NAME.get(full.replace(/^nvidia_/, ''));
  const shared = SHARED.get(plain);
  if (shared !== undefined && (exact === undefined || !full.includes('quadro'))) {
    return shared.flatMap((id) => BY_ID.get(id) ?? []);
  }
  const entry = exact ?? BY_NAME.get(plain);
  return entry === undefined ? [] : [entry];
}
