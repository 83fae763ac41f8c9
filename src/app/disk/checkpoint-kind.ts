import type { Experiment } from '../../core/experiment/experiment.ts';
import type { ExpId } from '../../core/ids.ts';
import type { DiskOutline } from '../../store/index.ts';
import { makeCheckpointTest } from '../checkpoints/match-checkpoints.ts';
import type { Project } from '../project/project.ts';
import { nameKind, type DiskKind } from './disk-use.ts';

/** Finds out what the files of an experiment are, by their paths in its folder. */
export type KindOf = (path: string) => DiskKind;

/** Experiments that are read at a time. */
const BATCH = 200;

/**
 * @param names of folders, in the order in which they will be asked for; each `place` is one in this list
 */
export async function openKinds(
  project: Project,
  names: readonly string[],
): Promise<(outline: DiskOutline, place: number) => KindOf> {
  const { renderCheckpoint } = await import('../../template/index.ts');
  let known: ReadonlyMap<string, Experiment> = new Map();
  return ({ expId, savesCheckpoints }, place) => {
    if (!savesCheckpoints) return nameKind;
    if (!known.has(expId)) known = project.store.findAll(names.slice(place, place + BATCH) as ExpId[]);
    const experiment = known.get(expId);
    return experiment === undefined ? nameKind : makeKindOf(experiment, renderCheckpoint);
  };
}

/** What the files of one experiment are. */
export function makeKindOf(experiment: Experiment, render: Parameters<typeof makeCheckpointTest>[1]): KindOf {
  const isCheckpoint = makeCheckpointTest(experiment, render);
  return (path) => (isCheckpoint(path) ? 'checkpoints' : nameKind(path));
}
