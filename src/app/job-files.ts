import type { Token } from '../core/ids.ts';
import { jsonText } from '../core/written.ts';
import type { Scheduler } from '../scheduler/index.ts';
import type { Project } from './project.ts';
import type { SubmitOptions } from './results.ts';
import type { Batch } from './submit-plan.ts';

/** What a submission consists of. */
export interface JobFiles {
  /** `job.sbatch`: what the scheduler gets. */
  readonly script: string;
  /** `members.tsv`: what is particular to each attempt. */
  readonly members: string;
  /** `run.sh` of the first member. */
  readonly firstRun: string;
  /** How the scheduler is called, as one could paste it. */
  readonly command: string;
}

export async function jobFiles(
  project: Project,
  scheduler: Scheduler,
  request: {
    readonly token: Token;
    readonly batch: Batch;
    readonly members: Batch['members'];
    readonly options: SubmitOptions;
  },
): Promise<JobFiles> {
  const { jobScript, membersFile, renderRun } = await import('../template/index.ts');
  const { token, batch, members } = request;
  const rows = members.map(({ experiment, stage, n, index = 0 }) => {
    const { params, written, template } = experiment.config;
    return {
      index,
      expId: experiment.expId,
      key: experiment.key,
      stage: stage.name,
      n,
      paramsJson: jsonText(params, written),
      runSh: renderRun({
        expId: experiment.expId,
        description: experiment.description,
        template,
        params,
        written,
        stage,
        attempt: n,
        projectRoot: project.root,
      }),
    };
  });
  const array = members.some(({ index }) => index !== undefined);
  const script = jobScript({
    token,
    resources: batch.resources,
    array,
    project: project.root,
    experiments: project.store.paths.experiments,
    about: about(members, batch.stage),
  });
  return {
    script,
    members: membersFile(rows),
    firstRun: rows[0]?.runSh ?? '',
    command: commandLine(scheduler, request, array),
  };
}

function about(members: Batch['members'], stage: string): string[] {
  const [first] = members;
  if (first === undefined) return [];
  const { experiment } = first;
  return members.length === 1
    ? [`${experiment.expId}, stage ${stage}: ${experiment.description}`]
    : [`Sweep ${experiment.sweep ?? ''}, stage ${stage}: ${members.length} experiments, ${experiment.expId} first`];
}

function commandLine(
  scheduler: Scheduler,
  { token, members, options }: { token: Token; members: Batch['members']; options: SubmitOptions },
  array: boolean,
): string {
  const indices = members.flatMap(({ index }) => (index === undefined ? [] : [index]));
  const throttle = options.maxParallel === undefined ? '' : `%${options.maxParallel}`;
  return [
    scheduler.can.partitions ? 'sbatch --parsable' : 'local scheduler:',
    ...(array ? [`--array=${ranges(indices)}${throttle}`] : []),
    ...(options.hold ? ['--hold'] : []),
    `.sheaf/submissions/${token}/job.sbatch`,
  ].join(' ');
}

/** `0-3,7`: indices as Slurm writes them. */
function ranges(indices: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const index of indices) {
    const last = parts.at(-1);
    if (last !== undefined && index === last[1] + 1) last[1] = index;
    else parts.push([index, index]);
  }
  return parts.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}
