import { join } from 'node:path';
import { failure } from '../../core/errors.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import {
  planPruning,
  type KeepReason,
  type PlannedUnit,
  type PrunableUnit,
  type PruningPolicy,
} from '../../core/files/plan-pruning.ts';
import { getSeriesStart } from '../../core/experiment/version.ts';
import type { KeepPolicy } from '../../core/settings/run-settings.ts';
import { findCheckpoints } from '../checkpoints/find-checkpoints.ts';
import type { FoundCheckpoint } from '../checkpoints/found-checkpoint.ts';
import { readStepMetrics } from '../checkpoints/step-metrics.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { chooseMetric } from './choose-metric.ts';
import { findBroken } from './find-broken.ts';
import { findHindrance } from './find-hindrance.ts';
import type { PolicyBook } from './keep-policy.ts';
import { listProtections } from './list-protections.ts';
import { listFilesToDelete, sumFreedBytes, whyNotOurs } from './measure-unit.ts';

/** A checkpoint that stays, with all reasons why. */
export interface KeptCheckpoint {
  readonly checkpoint: FoundCheckpoint;
  readonly reasons: readonly KeepReason[];
}

/** What a policy makes of the checkpoints of an experiment. */
export interface ExperimentPlan {
  readonly removed: readonly FoundCheckpoint[];
  readonly kept: readonly KeptCheckpoint[];
  /** What deleting them frees, in bytes. */
  readonly freed: number;
  /** Why nothing of it may be deleted now, although a policy says what to keep. */
  readonly why?: string;
}

/**
 * Plans what to delete of the checkpoints of an experiment; undefined if no policy says what to keep of any.
 *
 * @throws SheafError `prune.*`, `file.*` if it is not certain what it has, or which checkpoints are best
 */
export async function planExperiment(
  project: Project,
  experiment: Experiment,
  book: PolicyBook,
): Promise<ExperimentPlan | undefined> {
  if (Object.keys(experiment.record.attempts).length === 0 && experiment.waiting === undefined) return undefined;
  const policies = new Map(
    listStages(experiment).flatMap((stage): [string, KeepPolicy][] => {
      const policy = book.policyOf(experiment, stage);
      return policy === undefined ? [] : [[stage, policy]];
    }),
  );
  if (policies.size === 0) return undefined;
  const why = findHindrance(experiment);
  if (why !== undefined) return { removed: [], kept: [], freed: 0, why };
  const found = await findCheckpoints(project, experiment);
  const [unreadable] = found.unreadable;
  if (unreadable !== undefined) throw unreadableFolder(experiment, unreadable);
  const folder = experimentFolder(project, experiment.expId);
  const reasons = await planStages(project, experiment, found.checkpoints, policies);
  const removed = [...reasons].flatMap(([checkpoint, keep]) => (keep.length === 0 ? [checkpoint] : []));
  const files = removed.flatMap(({ path }) => listFilesToDelete(join(folder, path)));
  return {
    removed,
    kept: [...reasons].flatMap(([checkpoint, keep]) => (keep.length > 0 ? [{ checkpoint, reasons: keep }] : [])),
    freed: sumFreedBytes(files),
  };
}

/** The stages of an experiment that write checkpoints. */
export function listStages({ settings }: Experiment): string[] {
  return stagesOf(settings).flatMap(({ name, run }) => (run.checkpoint === undefined ? [] : [name]));
}

/** Why each checkpoint stays; without a reason, it goes. A file that two stages take for theirs stays if one keeps it. */
async function planStages(
  project: Project,
  experiment: Experiment,
  checkpoints: readonly FoundCheckpoint[],
  policies: ReadonlyMap<string, KeepPolicy>,
): Promise<Map<FoundCheckpoint, readonly KeepReason[]>> {
  const folder = experimentFolder(project, experiment.expId);
  const byPath = Map.groupBy(checkpoints, ({ path }) => path);
  const protections = listProtections(project, experiment, folder, [...byPath.keys()]);
  const all = new Map<string, KeepReason[]>([...byPath.keys()].map((path) => [path, []]));
  for (const [stage, found] of Map.groupBy(checkpoints, (each) => each.stage)) {
    const policy = policies.get(stage);
    const own = found.filter(({ path, outside }) => {
      const why = outside ? 'not in the folder of the experiment' : whyNotOurs(folder, path);
      const reason: KeepReason | undefined =
        why === undefined ? (policy === undefined ? { kind: 'no_policy' } : undefined) : { kind: 'not_ours', why };
      if (reason !== undefined) all.get(path)?.push(reason);
      return reason === undefined;
    });
    if (policy === undefined || own.length === 0) continue;
    for (const { unit, keep } of await planStage(project, experiment, own, policy, protections, folder)) {
      all.get(unit.path)?.push(...keep);
    }
  }
  return new Map([...byPath].flatMap(([path, [first]]) => (first === undefined ? [] : [[first, all.get(path) ?? []]])));
}

async function planStage(
  project: Project,
  experiment: Experiment,
  checkpoints: readonly FoundCheckpoint[],
  policy: KeepPolicy,
  protections: ReadonlyMap<string, readonly KeepReason[]>,
  folder: string,
): Promise<PlannedUnit<PrunableUnit>[]> {
  const by = (policy.best ?? 0) > 0 ? chooseMetric(experiment, policy.metric) : undefined;
  const values = by && (await readStepMetrics(project, experiment, checkpoints, by.name));
  const units = checkpoints.map((checkpoint): PrunableUnit => ({
    path: checkpoint.path,
    group: nameGroup(experiment, checkpoint),
    step: checkpoint.step,
    changedMs: checkpoint.changedMs,
    value: values?.get(checkpoint)?.value,
  }));
  return planWholeOnes(units, { ...policy, mode: by?.mode }, protections, folder);
}

/** A checkpoint that is not whole counts for nothing: plans again until all that count are known to be whole. */
async function planWholeOnes(
  units: readonly PrunableUnit[],
  policy: PruningPolicy,
  protections: ReadonlyMap<string, readonly KeepReason[]>,
  folder: string,
): Promise<PlannedUnit<PrunableUnit>[]> {
  const [checked, broken] = [new Set<string>(), new Set<string>()];
  for (;;) {
    const marked = units.map((unit) => ({ ...unit, isBroken: broken.has(unit.path) }));
    const plan = planPruning(marked, policy, protections);
    const unsure = plan.flatMap(({ unit: { path }, keep }) =>
      keep.some(({ kind }) => COUNTS.has(kind)) && !checked.has(path) ? [path] : [],
    );
    if (unsure.length === 0 || plan.every(({ keep }) => keep.length > 0)) return plan;
    for (const path of unsure) checked.add(path);
    for (const path of await findBroken(folder, unsure)) broken.add(path);
  }
}

/** Reasons that one checkpoint takes from another. */
const COUNTS: ReadonlySet<KeepReason['kind']> = new Set(['newest', 'last', 'best']);

/** The attempts that resume from each other; `retry --fresh` begins another series. */
function nameGroup({ record }: Experiment, { stage, attempt }: FoundCheckpoint): string {
  if (attempt === undefined) return stage;
  const n = Number(attempt.slice(attempt.lastIndexOf('-') + 1));
  return `${stage}-${getSeriesStart(record, stage, n)}`;
}

function unreadableFolder({ expId }: Experiment, path: string): Error {
  return failure('prune.unreadable', `not all checkpoints of ${expId} can be seen: ${path} cannot be read`, {
    why: 'the newest one may be in there',
    fix: 'make it readable (chmod u+rx), or ask its owner',
    now: 'nothing of this experiment was deleted',
  });
}
