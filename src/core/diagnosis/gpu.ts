import { formatPlace, type RuleMatch, type Rule } from './rule.ts';

const OTHER_GPU =
  'the program and this kind of GPU do not fit: another gpu_type or partition, or a build of it for this one';

/** What goes wrong on a GPU. */
export const GPU_RULES: readonly Rule[] = [
  {
    code: 'gpu_oom',
    cause: 'gpu_oom',
    pattern:
      /out of memory\. Tried to allocate (?<asked>[\d.]+ \w+)(?:.*?total capacity of (?<total>[\d.]+ \w+)| \(GPU \d+; (?<whole>[\d.]+ \w+) total)?(?:.*?(?:of which (?<free>[\d.]+ \w+) is free|; (?<left>[\d.]+ \w+) free))?(?:.*?(?<idle>[\d.]+ \w+) is reserved by PyTorch but unallocated)?/,
    says: outOfMemory,
    fix: smaller,
  },
  {
    code: 'gpu_oom',
    cause: 'gpu_oom',
    pattern:
      /(?:CUDA|HIP) (?:error: )?out of memory|cudaErrorMemoryAllocation|CUDA_ERROR_OUT_OF_MEMORY|CUBLAS_STATUS_ALLOC_FAILED|Out of memory while trying to allocate (?<bytes>\d+) ?bytes|OOM when allocating tensor.*GPU|^torch(?:\.cuda)?\.OutOfMemoryError\b/,
    says: outOfMemory,
    fix: smaller,
  },
  {
    code: 'gpu_assert',
    pattern: /device-side assert triggered|cudaErrorAssert\b/,
    better: /Assertion `(?<condition>.+?)` failed/,
    says: ({ groups, place }) => {
      const what = /"([^"]+)"\s*$/.exec(groups['condition'] ?? '')?.[1] ?? groups['condition'];
      return `an assertion failed on the GPU${what === undefined ? '' : `: ${what}`}${place === undefined ? '' : `, noticed in ${place}`}`;
    },
    fix: 'mostly a label, a token or an index that is out of range; export CUDA_LAUNCH_BLOCKING=1 shows the line, or run it on a CPU',
  },
  {
    code: 'gpu_none',
    pattern:
      /No CUDA GPUs are available|no CUDA-capable device is detected|Found no NVIDIA driver on your system|No HIP GPUs are available|on a CUDA device but torch\.cuda\.is_available\(\) is False|Error: .*CUDA is not available|No supported GPU backend found|CUDA_ERROR_NO_DEVICE/,
    says: (found) => `the program found no GPU${formatPlace(found)}`,
    fix: 'ask for one: num_gpus: 1; in a container, it must be passed in',
  },
  {
    code: 'gpu_not_built',
    pattern: /Torch not compiled with CUDA enabled|not compiled with GPU support/,
    says: (found) => `the installed PyTorch is one for CPUs only${formatPlace(found)}`,
    fix: 'install a build of PyTorch for CUDA into the environment of the run',
  },
  {
    code: 'gpu_driver',
    pattern:
      /NVIDIA driver on your system is too old(?: \(found version (?<version>\d+)\))?|CUDA driver version is insufficient|forward compatibility was attempted on non supported HW|unsatisfied condition: cuda/,
    says: 'the NVIDIA driver of the node is too old for the CUDA version of the program',
    fix: 'a build for an older CUDA version, or nodes with a newer driver',
  },
  {
    code: 'gpu_kernel',
    pattern: /no kernel image is available for execution on the device|cudaErrorNoKernelImageForDevice/,
    better: /sm_\d+ is not compatible with the current PyTorch installation/,
    says: 'the program was not built for this kind of GPU',
    fix: OTHER_GPU,
  },
  {
    code: 'gpu_hardware',
    pattern: /uncorrectable ECC error|GPU has fallen off the bus|GPU is lost|Xid \(PCI/,
    says: 'the GPU is broken',
    fix: 'run it again on another node: sheaf retry with --set exclude=NODE; and tell those who run the cluster',
  },
  {
    code: 'gpu_illegal_access',
    pattern: /illegal memory access was encountered|cudaErrorIllegalAddress|misaligned address/,
    says: (found) => `a GPU kernel used memory that is not its own${formatPlace(found)}`,
    fix: 'export CUDA_LAUNCH_BLOCKING=1 shows the line that does it; own or compiled kernels are the first suspects',
  },
];

function outOfMemory({ groups, place }: RuleMatch): string {
  const { asked, total, whole, free, left, bytes } = groups;
  const wanted = asked ?? (bytes === undefined ? undefined : `${bytes} B`);
  const all = total ?? whole;
  const rest = free ?? left;
  const parts = [
    ...(wanted === undefined ? [] : [`${formatGib(wanted)} asked for`]),
    ...(rest === undefined
      ? []
      : [all === undefined ? `${formatGib(rest)} free` : `${formatGib(rest)} of ${formatGib(all)} free`]),
  ];
  const where = place === undefined ? '' : ` (${place})`;
  return `GPU out of memory${parts.length === 0 ? '' : `: ${parts.join(', ')}`}${where}`;
}

function smaller({ groups }: RuleMatch): string {
  const { asked, idle } = groups;
  const isSplit = asked !== undefined && idle !== undefined && gib(idle) >= gib(asked);
  const split = isSplit
    ? 'export PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True (much is reserved and not used); '
    : '';
  return `${split}a smaller batch with gradient accumulation, or a GPU with more memory`;
}

const GIB_OF_UNIT: Readonly<Record<string, number>> = {
  B: 1 / 1024 ** 3,
  bytes: 1 / 1024 ** 3,
  KiB: 1 / 1024 ** 2,
  MiB: 1 / 1024,
  GiB: 1,
  TiB: 1024,
};

function gib(size: string): number {
  const [number, unit = ''] = size.split(' ');
  return Number(number) * (GIB_OF_UNIT[unit] ?? Number.NaN);
}

/** `8 GiB`, `0.02 GiB`; as it was written when its unit is unknown. */
export function formatGib(size: string): string {
  const number = gib(size);
  return Number.isNaN(number) ? size : `${Number(number.toPrecision(number < 1 ? 2 : 4))} GiB`;
}
