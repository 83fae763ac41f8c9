import { withoutUndefined } from '../../core/value.ts';
import { join } from 'node:path';
import { SheafError } from '../../core/errors.ts';
import { attemptName, type SubmissionRecord } from '../../core/experiment/record.ts';
import { listStageStatuses } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Scheduler } from '../../scheduler/index.ts';
import { readTextIfThere } from '../../system/index.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { findAttempt, findExperiment } from '../project/find.ts';
import { planDryRun } from './submit.ts';

/** The scripts of one stage: what the scheduler got, or would get, and what runs in it. */
export interface StageScripts {
  readonly stage: string;
  /** `train-2`; absent for a stage that was never submitted. */
  readonly attempt?: string;
  /** Undefined when the file is gone, or while the job has not made it yet. */
  readonly script?: string;
  readonly run?: string;
}

/** What ran, the newest attempt of each stage; then what the next submit would run. @throws SheafError `experiment.unknown` */
export async function buildScripts(project: Project, expId: string): Promise<StageScripts[]> {
  const experiment = findExperiment(project, expId);
  const ran = listStageStatuses(experiment.record).map(({ attempt }) => attemptScripts(project, experiment, attempt));
  const { scripts } = await planDryRun(project, [experiment], {});
  const next = scripts.map(({ stage, script, run }) => ({ stage, script, run }));
  return [...ran, ...next.filter(({ stage }) => !ran.some((each) => each.stage === stage))];
}

/** What one attempt ran, and how it was submitted. */
export interface AttemptScripts extends StageScripts {
  /** How the scheduler was called, without what the job had to wait for; undefined if that scheduler is not at hand. */
  readonly command?: string;
  /** The jobs that it had to wait for. */
  readonly after: readonly string[];
}

/**
 * What one attempt ran.
 *
 * @param name `train-2`
 * @throws SheafError `experiment.unknown`, `attempt.unknown`
 */
export async function readAttemptScripts(project: Project, expId: string, name: string): Promise<AttemptScripts> {
  const experiment = findExperiment(project, expId);
  const attempt = findAttempt(experiment, name);
  const submission = attempt.token && project.store.submission(attempt.token.value);
  const command = submission && (await describeCall(project, submission));
  const after = submission?.request?.value.after ?? [];
  return {
    ...attemptScripts(project, experiment, attempt),
    ...withoutUndefined({ command }),
    after: after.map((token) => project.store.submission(token)?.job?.value.id ?? token),
  };
}

async function describeCall(project: Project, { token, request }: SubmissionRecord): Promise<string | undefined> {
  const scheduler = await findScheduler(project);
  if (request === undefined || scheduler?.id !== request.value.scheduler) return undefined;
  const { members, maxParallel, held = false } = request.value;
  const indices = [...new Set(members.flatMap(({ index }) => (index === undefined ? [] : [index])))];
  const outputFolder = join(project.store.paths.submissions, token);
  return scheduler.command({
    token,
    scriptFile: join(outputFolder, 'job.sbatch'),
    cwd: project.root,
    outputFolder,
    resources: {},
    ...(indices.length === 0 ? {} : { indices }),
    ...withoutUndefined({ maxParallel }),
    held,
    after: [],
  });
}

/** Undefined if it is not installed here. */
async function findScheduler(project: Project): Promise<Scheduler | undefined> {
  try {
    return await project.scheduler();
  } catch (error) {
    if (error instanceof SheafError) return undefined;
    throw error;
  }
}

type StageAttempt = ReturnType<typeof listStageStatuses>[number]['attempt'];

function attemptScripts(project: Project, { expId }: Experiment, attempt: StageAttempt): StageScripts {
  const name = attemptName(attempt);
  const token = attempt.token?.value;
  const { submissions } = project.store.paths;
  const script = token === undefined ? undefined : readTextIfThere(join(submissions, token, 'job.sbatch'));
  const run = readTextIfThere(join(experimentFolder(project, expId), 'attempts', name, 'run.sh'));
  return withoutUndefined({ stage: attempt.stage, attempt: name, script, run });
}
