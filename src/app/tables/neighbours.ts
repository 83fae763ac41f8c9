import type { Neighbours } from '../../store/index.ts';
import { openSelection, type ListSelector } from '../experiments/select.ts';
import { findExperiment } from '../project/find.ts';
import type { Project } from '../project/project.ts';

/**
 * Where an experiment is in a list of any length, and the experiments beside it; undefined if the list does not have it.
 * Never asks the scheduler.
 *
 * @throws SheafError `experiment.unknown`; and as `openSelection`
 */
export function findNeighbours(
  project: Project,
  expId: string,
  selector: Omit<ListSelector, 'limit'>,
): Neighbours | undefined {
  const { key } = findExperiment(project, expId);
  return openSelection(project, selector).findNeighbours(key);
}
