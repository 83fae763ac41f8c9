import { findGpuKind, type GpuKind } from '../../advisor/index.ts';
import type { ClusterFacts } from '../../core/cluster/cluster-facts.ts';
import { formatList } from '../../core/text/phrases.ts';
import { listAskedGpuTypes } from '../../core/cluster/partitions-asked.ts';
import { matchText } from '../../core/query/ast.ts';
import type { Resources } from '../../core/settings/settings.ts';
import type { Scheduler } from '../../scheduler/index.ts';
import { getFactsIfThere } from '../cluster/cluster-facts.ts';
import { getPastRuns } from '../past-runs/past-runs.ts';
import type { Project } from '../project/project.ts';
import type { Batch } from './submit-plan.ts';

/** Who of a sweep runs on a GPU of some kind, or may. */
interface Placed {
  readonly expId: string;
  /** Names of GPUs that it may get; several where that is left to the scheduler. */
  readonly gpus: readonly string[];
  readonly hasRun: boolean;
}

/** The number of members that ran before and are read. */
const MOST_RUNS = 100;

/**
 * Warnings about sweeps that are submitted so that their members would run on GPUs of different architectures, those that
 * ran before included. Asks for the GPUs of partitions only if members of a sweep want GPUs of no named type.
 */
export async function warnOfMixedGpus(
  project: Project,
  scheduler: Scheduler,
  batches: readonly Batch[],
): Promise<string[]> {
  const wanting = batches.filter(
    ({ resources, members }) =>
      (resources.num_gpus ?? 0) > 0 && members.some(({ experiment }) => experiment.sweep !== undefined),
  );
  if (wanting.length === 0) return [];
  const gpusFor = newGpuFinder(scheduler);
  const placed = [];
  for (const { resources, members } of wanting) {
    const gpus = await gpusFor(resources);
    placed.push(...members.map(({ experiment: { expId, sweep } }) => ({ sweep, expId, gpus, hasRun: false })));
  }
  const planned = Map.groupBy(placed, ({ sweep }) => sweep);
  const notes: string[] = [];
  for (const [sweep, members] of planned) {
    if (sweep === undefined) continue;
    const note = noteOf(sweep, [...(await mates(project, sweep, members, gpusFor)), ...members]);
    if (note !== undefined) notes.push(note);
  }
  return notes;
}

type GpuFinder = (resources: Resources) => Promise<readonly string[]>;

/** Finds the GPUs that a job may get, by the scheduler's names; none when unknown. Asks once, when it must. */
function newGpuFinder(scheduler: Scheduler): GpuFinder {
  let asked: Promise<ClusterFacts | undefined> | undefined;
  return async (resources) => {
    if (resources.gpu_type !== undefined) return [resources.gpu_type];
    const facts = await (asked ??= getFactsIfThere(scheduler));
    return facts === undefined ? [] : listAskedGpuTypes(resources, facts);
  };
}

/** Members that ran before and are not submitted again. */
async function mates(
  project: Project,
  sweep: string,
  planned: readonly Placed[],
  gpusFor: GpuFinder,
): Promise<Placed[]> {
  const again = new Set(planned.map(({ expId }) => expId));
  const where = matchText('sweep', sweep);
  const placed: Placed[] = [];
  for (const { expId, gpus, gpuName, partition } of await getPastRuns(project, { where, limit: MOST_RUNS })) {
    if (again.has(expId) || gpus === 0) continue;
    const seen = gpuName === undefined && partition !== undefined ? await gpusFor({ partition }) : [gpuName ?? ''];
    const [only, ...others] = seen;
    if (only !== undefined && only !== '' && others.length === 0) placed.push({ expId, gpus: [only], hasRun: true });
  }
  return placed;
}

function noteOf(sweep: string, members: readonly Placed[]): string | undefined {
  const byArch = new Map<string, Placed[]>();
  const kinds = new Map<string, GpuKind | undefined>();
  for (const member of members) {
    for (const gpu of member.gpus) {
      const kind = kinds.get(gpu) ?? findGpuKind(gpu);
      kinds.set(gpu, kind);
      const arch = kind?.arch ?? gpu;
      byArch.set(arch, [...(byArch.get(arch) ?? []), member]);
    }
  }
  if (byArch.size < 2) return undefined;
  const parts = [...byArch].map(([arch, those]) => `${arch} (${whoWords(those)})`);
  const known = [...kinds.values()].filter((kind) => kind !== undefined);
  const tf32 = new Set(known.map(({ supports }) => supports.includes('tf32'))).size > 1;
  const effect = tf32
    ? 'and fp32 code computes convolutions in TF32 on some of them and not on others, unless it sets that itself'
    : 'where means agree within the noise of seeds, and paired comparisons do not hold';
  return `the sweep ${sweep} would mix GPU architectures, ${parts.join(' and ')}, ${effect}: the same gpu_type for all keeps them comparable`;
}

/** `s_1, s_2 ran there; s_3 and 4 more may get one` */
function whoWords(members: readonly Placed[]): string {
  const names = (some: readonly Placed[]): string => formatList([...new Set(some.map(({ expId }) => expId))]);
  const groups: readonly (readonly [readonly Placed[], string])[] = [
    [members.filter(({ hasRun }) => hasRun), 'ran there'],
    [members.filter(({ hasRun, gpus }) => !hasRun && gpus.length === 1), 'would run there'],
    [members.filter(({ hasRun, gpus }) => !hasRun && gpus.length > 1), 'may come there'],
  ];
  return groups.flatMap(([some, words]) => (some.length === 0 ? [] : [`${names(some)} ${words}`])).join('; ');
}
