import { inputError } from '../../core/errors.ts';
import { suggestName } from '../../core/text/nearest.ts';

/** A variable of NCCL (RCCL reads the same ones) with the reason for it and its source. */
interface Setting {
  readonly name: string;
  readonly value: string;
  readonly why: string;
  readonly source: string;
}

const NCCL_ENV = 'https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/env.html';

/** Otherwise errors of NCCL come without their reason; without errors it prints nothing. */
const WARN: Setting = {
  name: 'NCCL_DEBUG',
  value: 'WARN',
  why: 'errors come with their reason',
  source: NCCL_ENV,
};

/** GeForce cards have no peer-to-peer access: NCCL hangs with it (nccl-tests#117), and accelerate sets the same. */
const NO_PEERS: readonly Setting[] = [
  {
    name: 'NCCL_P2P_DISABLE',
    value: '1',
    why: 'these cards cannot read the memory of each other',
    source: 'https://github.com/NVIDIA/nccl-tests/issues/117',
  },
  {
    name: 'NCCL_IB_DISABLE',
    value: '1',
    why: 'nor can a network card read theirs',
    source: 'https://github.com/huggingface/accelerate/blob/main/src/accelerate/commands/launch.py',
  },
];

/**
 * GPU types, lower case, letters and digits only, that need no more: NCCL finds out by itself what is best on NVLink, PCIe
 * and InfiniBand, and NVIDIA asks not to keep tuning variables in scripts ({@link NCCL_ENV}).
 */
const PLAIN =
  'v100 a100 h100 h200 b200 gh200 gb200 a10 a30 a40 l4 l40 l40s rtx6000 rtx8000 a6000 mi210 mi250 mi250x mi300x';

const PRESETS: ReadonlyMap<string, readonly Setting[]> = new Map([
  ...PLAIN.split(' ').map((type) => [type, [WARN]] as const),
  ...['rtx4070', 'rtx4080', 'rtx4090'].map((type) => [type, [WARN, ...NO_PEERS]] as const),
]);

/**
 * @param preset named by the user: it must be there
 * @param gpuType as the job asks for it: `a100`, `a100_80gb`, `nvidia_a100-sxm4-80gb`
 * @returns lines that leave alone what the caller, the site or a module has set
 * @throws SheafError `environment.nccl` for a preset that is not there
 */
export function renderNcclLines(
  preset: string | undefined,
  gpuType: string | undefined,
  own: readonly string[],
): string[] {
  const named = preset === undefined ? undefined : PRESETS.get(plain(preset));
  if (preset !== undefined && named === undefined) throw unknownPreset(preset);
  return (named ?? byType(gpuType))
    .filter(({ name }) => !own.includes(name))
    .map(({ name, value, why }) => `export ${name}="\${${name}:-${value}}" # ${why}`);
}

function byType(gpuType: string | undefined): readonly Setting[] {
  const words = (gpuType ?? '').toLowerCase().split(/[^a-z0-9]+/);
  const known = [plain(gpuType ?? ''), ...words].find((word) => PRESETS.has(word));
  return PRESETS.get(known ?? '') ?? [WARN];
}

function plain(type: string): string {
  return type.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function unknownPreset(preset: string): Error {
  return inputError('environment.nccl', `there are no settings of NCCL for ${JSON.stringify(preset)}`, {
    fix: suggestName(
      preset,
      PRESETS.keys(),
      `there are ${[...PRESETS.keys()].join(', ')}; or give your own under exports:`,
    ),
  });
}
