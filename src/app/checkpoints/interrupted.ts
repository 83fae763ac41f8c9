import type { Experiment } from '../../core/experiment/experiment.ts';
import { isBatchPruned } from '../../core/experiment/record.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { listAside, listBatches } from './set-aside.ts';

/**
 * That a prune of an experiment was interrupted before it was recorded, so that checkpoints are missing which come back, and
 * what finishes it. One that is at work looks the same. Undefined if nothing is set aside.
 */
export function describeInterrupted(project: Project, { expId, record }: Experiment): string | undefined {
  const folder = experimentFolder(project, expId);
  const open = listBatches(folder).filter((batch) => !isBatchPruned(record, batch));
  const aside = open.flatMap((batch) => listAside(folder, batch)).length;
  if (aside === 0) return undefined;
  return `a prune set ${formatCount(aside, 'checkpoint')} aside and has not finished: if it was interrupted, sheaf checkpoints prune ${expId} puts back what is needed`;
}
