import { inputError } from '../../core/errors.ts';
import { withoutUndefined } from '../../core/value.ts';
import { listStageStatuses } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { adviseFrom, type Advice } from './advise-core.ts';
import type { AdviseOptions } from './advise-job.ts';
import { makeProjectSources } from './advise-sources.ts';
import { getAdviceTarget, getTemplateTarget, type AdviceTarget } from './advise-target.ts';
import { findExperiment } from '../project/find.ts';
import { withTraceCache } from './trace-cache.ts';
import type { Project } from '../project/project.ts';
import type { Override } from '../project/types.ts';
import { describeWhySettled } from '../observe/why-settled.ts';

/** What to advise on: an experiment, or a template with overrides. */
export interface AdviseRequest extends Override, AdviseOptions {
  readonly expId?: string;
  readonly template?: string;
  readonly stage?: string;
  /** An experiment to compare results with. */
  readonly like?: string;
}

/** @throws SheafError `advise.what` when neither an experiment nor a template is named, or both are */
export async function advise(project: Project, request: AdviseRequest): Promise<Advice> {
  const { expId, template, stage, like, withoutPlans } = request;
  if ((expId === undefined) === (template === undefined)) {
    throw inputError('advise.what', 'advice is for one experiment or for one template', {
      fix: 'sheaf advise ID, or: sheaf advise TEMPLATE',
    });
  }
  const reference = like === undefined ? undefined : findExperiment(project, like);
  const target =
    expId === undefined
      ? await getTemplateTarget(project, template ?? '', request, stage)
      : getExperimentTarget(findExperiment(project, expId), request);
  return withTraceCache(project, async (traces) => {
    const sources = await makeProjectSources(
      project,
      target,
      traces,
      withoutUndefined({ like: reference, withoutPlans }),
    );
    return adviseFrom(sources, target, request, sources.reference);
  });
}

/** What ran or is under way is not submitted again, and what is frozen keeps its batch: then a copy is advised. */
function getExperimentTarget(experiment: Experiment, { stage: name, globalBatch }: AdviseRequest): AdviceTarget {
  const target = getAdviceTarget(experiment, name);
  const { stage } = target;
  const known = listStageStatuses(experiment.record).find((status) => status.stage === stage.name);
  const settled = describeWhySettled(known, { stopped: true });
  const why = settled ?? (globalBatch === undefined ? undefined : 'frozen with its own batch');
  return why === undefined ? target : { ...target, copyBecause: why };
}
