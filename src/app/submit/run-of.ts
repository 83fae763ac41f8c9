import { describeCode, type CodeRecord } from '../../core/experiment/code.ts';
import { listTags } from '../../core/experiment/record.ts';
import { DEFAULT_CODE, type CodeSettings } from '../../core/settings/run-settings.ts';
import { getSeriesStart } from '../../core/experiment/version.ts';
import { withoutUndefined } from '../../core/value.ts';
import type { CodePlace, RunInput } from '../../template/index.ts';
import { getPathForJob, getStart } from '../checkpoints/start-file.ts';
import { checkoutPath } from '../code/code.ts';
import type { Project } from '../project/project.ts';
import type { Want } from './submit-plan.ts';

/** What one attempt of one stage runs with, as its script is made from it. */
export function runOf(project: Project, { experiment, stage, n, fresh }: Want, code: CodeRecord): RunInput {
  const { params, written, template } = experiment.config;
  const start = getStart(experiment);
  return {
    expId: experiment.expId,
    key: experiment.key,
    description: experiment.description,
    template,
    params,
    written,
    stage,
    attempt: n,
    first: fresh ? n : getSeriesStart(experiment.record, stage.name, n),
    projectRoot: project.root,
    code: codePlace(code, experiment.settings.code),
    ...withoutUndefined({ sweep: experiment.sweep, startFrom: start && getPathForJob(project, start) }),
    tags: listTags(experiment.record),
  };
}

function codePlace(code: CodeRecord, { link, copy }: CodeSettings = DEFAULT_CODE): CodePlace {
  const about = describeCode(code);
  if (code.mode === 'live') return { mode: 'live', about };
  const { prefix, commit, tree } = code;
  return { mode: 'snapshot', folder: checkoutPath(tree), prefix, link, copy, ...(commit && { commit }), about };
}
