import { isMap, type Value, type ValueMap } from '../../core/value.ts';
import type { GpuKind, GpuPrecision } from '../gpu-kind.ts';
import { supportedBy } from './arch.ts';
import { entriesNamed } from './catalogue.ts';
import { plainName } from './names.ts';
import { gibOfLabel, wholeKind } from './whole.ts';

/** A GPU that a project describes itself, with the names it goes by. */
export interface OwnGpu {
  readonly kind: GpuKind;
  readonly names: readonly string[];
}

const PRECISIONS: readonly GpuPrecision[] = ['fp32', 'tf32', 'fp16', 'bf16', 'fp8', 'fp4'];

const KEYS = [
  'aliases',
  'arch',
  'bandwidth_gbs',
  'like',
  'memory_gb',
  'name',
  'nvlink_gbs',
  'rgu',
  'supports',
  'tdp_w',
  'tflops',
  'usable_gib',
];

/**
 * GPUs as `cluster: {gpus: {…}}` of `sheaf.yaml` describes them.
 *
 * @returns what is wrong with them, too: one sentence each, with the key it is about
 */
export function ownGpus(written: { readonly [name: string]: ValueMap }): {
  readonly gpus: readonly OwnGpu[];
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const gpus = Object.entries(written).flatMap(([name, facts]) => ownGpu(name, facts, problems) ?? []);
  const owners = new Map<string, string>();
  for (const { kind, names } of gpus) {
    for (const name of new Set(names)) {
      const owner = owners.get(name);
      if (owner !== undefined) problems.push(`cluster.gpus.${kind.id}: ${owner} is called ${name}, too`);
      owners.set(name, kind.id);
    }
  }
  return { gpus, problems };
}

function ownGpu(id: string, facts: Value | undefined, problems: string[]): OwnGpu | undefined {
  if (!isMap(facts)) {
    problems.push(`cluster.gpus.${id} must be a map such as {arch: hopper, memory_gb: 64}`);
    return undefined;
  }
  const before = problems.length;
  const wrong = (key: string, must: string): void => {
    problems.push(`cluster.gpus.${id}.${key} ${must}`);
  };
  for (const key of Object.keys(facts))
    if (!KEYS.includes(key)) wrong(key, `is not known; there are ${KEYS.join(', ')}`);
  const number = (key: string): number | undefined =>
    positive(facts[key], () => wrong(key, 'must be a number above 0'));
  const base = baseOf(facts['like'], () => wrong('like', 'must name a GPU of the catalogue, such as a100_80_sxm'));
  const [memoryGb, usable] = [number('memory_gb'), number('usable_gib')];
  const arch = textOf(facts['arch']) ?? base?.arch;
  const usableGib = usable ?? (memoryGb === undefined ? base?.usableGib : gibOfLabel(memoryGb));
  if (arch === undefined) wrong('arch', 'must be given: ampere, hopper, … or like: a GPU of the catalogue');
  if (usableGib === undefined) wrong('memory_gb', 'must be given, or usable_gib');
  const supports = precisions(facts['supports'], () => wrong('supports', `must be a list of ${PRECISIONS.join(', ')}`));
  const tflops = rates(facts['tflops'], () => wrong('tflops', 'must be a map such as {bf16: 312}'));
  const figures = {
    bandwidth: number('bandwidth_gbs'),
    nvlink: number('nvlink_gbs'),
    tdp: number('tdp_w'),
    rgu: number('rgu'),
  };
  if (problems.length > before || arch === undefined || usableGib === undefined) return undefined;
  const given = Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined));
  const kind: GpuKind = {
    ...base,
    ...given,
    id,
    name: textOf(facts['name']) ?? base?.name ?? id,
    arch: arch.toLowerCase(),
    usableGib,
    tflops: tflops ?? base?.tflops ?? {},
    supports: supports ?? base?.supports ?? ['fp32'],
    notes: [
      'Described in sheaf.yaml.',
      ...(usable === undefined && memoryGb !== undefined
        ? [`What programs get of its ${memoryGb} GB is not written: taken as ${memoryGb} × 10^9 bytes.`]
        : []),
    ],
  };
  return { kind, names: [id, ...texts(facts['aliases'])].map(plainName) };
}

/** A GPU of which only what a partition's entry says is known. */
export function kindWritten(name: string, arch: string, memoryGb: number, fp8: boolean): GpuKind {
  const known = supportedBy(arch);
  return {
    id: plainName(name),
    name,
    arch: arch.toLowerCase(),
    usableGib: gibOfLabel(memoryGb),
    tflops: {},
    supports: fp8 && !known.includes('fp8') ? [...known, 'fp8'] : known,
    notes: [`Known from sheaf.yaml alone; its ${memoryGb} GB are taken as ${memoryGb} × 10^9 bytes.`],
  };
}

function baseOf(like: Value | undefined, wrong: () => void): GpuKind | undefined {
  if (like === undefined || like === null) return undefined;
  const [entry] = typeof like === 'string' ? entriesNamed(like) : [];
  if (entry === undefined) wrong();
  return entry && wholeKind(entry);
}

function positive(value: Value | undefined, wrong: () => void): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  wrong();
  return undefined;
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function texts(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function precisions(value: Value | undefined, wrong: () => void): readonly GpuPrecision[] | undefined {
  if (value === undefined || value === null) return undefined;
  const words = texts(value);
  const known = PRECISIONS.filter((each) => each === 'fp32' || words.includes(each));
  if (Array.isArray(value) && words.every((word) => PRECISIONS.some((each) => each === word))) return known;
  wrong();
  return undefined;
}

function rates(value: Value | undefined, wrong: () => void): GpuKind['tflops'] | undefined {
  if (value === undefined || value === null) return undefined;
  const pairs = isMap(value) ? Object.entries(value) : [];
  const right = pairs.every(([key, rate]) => PRECISIONS.some((each) => each === key) && typeof rate === 'number');
  if (isMap(value) && right) return Object.fromEntries(pairs) as GpuKind['tflops'];
  wrong();
  return undefined;
}
