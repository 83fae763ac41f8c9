import type { GpuKind } from '../gpu-kind.ts';
import type { RunConditions } from './conditions.ts';
import { atBest, type ReproducibilityFinding } from './finding.ts';

/**
 * GPUs of two runs. Frameworks promise the same bits neither across platforms nor across releases (PyTorch, "Reproducibility"
 * notes). Size of the effect: ResNet-50, 90 epochs, top-1 of 76.95 ± 0.18 % on A100 in TF32 and 77.01 ± 0.16 % on V100 in
 * FP32 (NVIDIA/DeepLearningExamples, ConvNets for PyTorch): within the noise of seeds.
 */
export function compareGpus(reference: RunConditions, candidate: RunConditions): ReproducibilityFinding[] {
  const [a, b] = [reference.gpu, candidate.gpu];
  if (a === undefined || b === undefined) return unknownGpu(reference, candidate);
  if (a === 'none' && b === 'none') return [];
  if (a === 'none' || b === 'none') {
    const [without, withGpu] = a === 'none' ? [reference, candidate] : [candidate, reference];
    return [
      atBest('B', `${without.label} has no GPU and ${withGpu.label} has one: other kernels, another order of adding`),
      ...tf32Findings(reference, candidate),
    ];
  }
  if (a.id === b.id) return [];
  if (a.arch === b.arch) {
    return [
      atBest('B', `${a.name} and ${b.name}: the same architecture (${a.arch}), but kernels may be chosen otherwise`),
    ];
  }
  return [
    atBest('B', `${a.name} (${a.arch}) and ${b.name} (${b.arch}): other kernels and another order of adding`),
    ...tf32Findings(reference, candidate),
  ];
}

function unknownGpu(reference: RunConditions, candidate: RunConditions): ReproducibilityFinding[] {
  const names = [reference, candidate].map(({ gpuName }) => gpuName);
  if (names[0] !== undefined && names[0] === names[1]) {
    return [atBest('B', `${names[0]} is not in the catalogue: what it computes in by default is not known`)];
  }
  const unknown = [reference, candidate].filter(({ gpu }) => gpu === undefined);
  const words = unknown.map(({ label, gpuName }) =>
    gpuName === undefined ? `of ${label}` : `of ${label} (${gpuName})`,
  );
  return [atBest('B', `which GPU it is is not known ${words.join(' and ')}: the same bits cannot be promised`)];
}

/**
 * Code that asks for fp32 computes convolutions in TF32, of a mantissa of 10 bits, on hardware with units for it:
 * `torch.backends.cudnn.allow_tf32` is on by default, and that of matrix products was in PyTorch 1.7 to 1.11 (PyTorch
 * documentation and pull request 79537).
 */
function tf32Findings(reference: RunConditions, candidate: RunConditions): ReproducibilityFinding[] {
  const [a, b] = [reference, candidate].map(hasTf32);
  if (a === b || (reference.tf32 === 'pinned' && candidate.tf32 === 'pinned')) return [];
  const precisions = [reference, candidate].map(({ precision }) => precision);
  if (precisions.some((precision) => precision !== undefined && precision !== 'fp32')) return [];
  const [fp32, tf32] = a ? [candidate, reference] : [reference, candidate];
  const what = `convolutions of fp32 code are in FP32 on ${fp32.label} and in TF32 by default on ${tf32.label}`;
  const fix = 'set torch.backends.cudnn.allow_tf32 and torch.backends.cuda.matmul.allow_tf32 in the program';
  return precisions.includes('fp32')
    ? [atBest('C', `${what}: ${fix}`)]
    : [atBest('C', `what they compute in is not known, and ${what}: say the precision, or ${fix}`)];
}

function hasTf32({ gpu }: RunConditions): boolean {
  return gpu !== undefined && gpu !== 'none' && gpu.supports.includes('tf32');
}

/** A precision that the GPU has no units for: the program would compute in another one, or not at all. */
export function supportFindings(candidate: RunConditions): ReproducibilityFinding[] {
  const { gpu, precision, label } = candidate;
  if (gpu === undefined || gpu === 'none' || precision === undefined || gpu.supports.includes(precision)) return [];
  const instead = precision === 'bf16' ? ': fp16 in its place needs loss scaling, and is a different method' : '';
  return [atBest('C', `${gpu.name} (${gpu.arch}) of ${label} has no ${precision}${instead}`)];
}

/** MI300 encodes fp8 in the FNUZ form, MI350 and NVIDIA in that of OCP. */
export function compareFp8(reference: RunConditions, candidate: RunConditions): ReproducibilityFinding[] {
  if (reference.precision !== 'fp8' || candidate.precision !== 'fp8') return [];
  const [a, b] = [reference.gpu, candidate.gpu].map((gpu) => (isKind(gpu) ? gpu.arch === 'cdna3' : undefined));
  return a === undefined || b === undefined || a === b
    ? []
    : [atBest('C', `${reference.label} and ${candidate.label} encode fp8 differently (FNUZ and OCP)`)];
}

function isKind(gpu: RunConditions['gpu']): gpu is GpuKind {
  return gpu !== undefined && gpu !== 'none';
}
