import { getSeriesStart } from '../../core/experiment/version.ts';
import { checkStarts } from '../checkpoints/check-starts.ts';
import { getStart } from '../checkpoints/start-file.ts';
import type { Project } from '../project/project.ts';
import type { Batch, BatchMember } from './submit-plan.ts';

/**
 * Checks the checkpoints that attempts start from. What may resume from a checkpoint of its own is left to its job.
 *
 * @throws SheafError `start.gone`, `start.changed`
 */
export async function checkStartsOf(project: Project, batches: readonly Batch[]): Promise<void> {
  const starting = batches.flatMap(({ members }) =>
    members.flatMap((member) => {
      const start = mayResume(member) ? undefined : getStart(member.experiment);
      return start === undefined ? [] : [{ expId: member.experiment.expId, start }];
    }),
  );
  await checkStarts(project, starting, 'nothing was submitted');
}

function mayResume({ experiment, stage, n, fresh }: BatchMember): boolean {
  return !fresh && stage.run.checkpoint !== undefined && getSeriesStart(experiment.record, stage.name, n) < n;
}
