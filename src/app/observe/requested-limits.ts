import { join } from 'node:path';
import type { Attempt } from '../../core/experiment/attempt.ts';
import { isAuto } from '../../core/experiment/auto.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import type { SubmissionRecord } from '../../core/experiment/record.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { readDirectives } from '../../core/text/directives.ts';
import { parseTimeLimit } from '../../core/units.ts';
import { getFileFacts, readRange } from '../../system/index.ts';
import type { Project } from '../project/project.ts';

/** The options of a job are at the top of its script, and are far fewer than that. */
const HEAD_BYTES = 16_384;

/** What the script of the job of an attempt states, as it was submitted: option → value. Empty without a script. */
export function readJobDirectives(project: Project, { token }: Pick<Attempt, 'token'>): ReadonlyMap<string, string> {
  if (token === undefined) return new Map();
  const path = join(project.store.paths.submissions, token.value, 'job.sbatch');
  const { size = 0 } = getFileFacts(path) ?? {};
  if (size === 0) return new Map();
  return readDirectives(Buffer.from(readRange(path, 0, Math.min(size, HEAD_BYTES))).toString());
}

/** The time limit that a submission was given beside its experiments: by hand, by a rule, or found for `auto`. */
export function getGivenTimeLimit(submission: SubmissionRecord | undefined): string | undefined {
  const { resources, found } = submission?.request?.value ?? {};
  const given = resources?.['time_limit'];
  return typeof given === 'string' && !isAuto(given) ? given : found?.time_limit?.value;
}

/** Seconds that an attempt was given; undefined when no limit is on record, nor in its script. */
export function getTimeLimit(project: Project, { settings }: Experiment, attempt: Attempt): number | undefined {
  const { stage, token } = attempt;
  const written = stagesOf(settings).find(({ name }) => name === stage)?.resources.time_limit;
  const limit = getGivenTimeLimit(token && project.store.submission(token.value)) ?? written;
  const requested = isAuto(limit) ? readJobDirectives(project, attempt).get('time') : limit;
  return requested === undefined ? undefined : parseTimeLimit(requested);
}
