import type { Attempt } from '../../core/experiment/attempt.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { getUndiagnosedOutcome } from '../../core/experiment/outcome.ts';
import { getSeriesStart } from '../../core/experiment/version.ts';
import { nowMs } from '../../system/index.ts';
import { readResources } from '../../template/index.ts';
import { catchUp } from '../project/catch-up.ts';
import type { Project } from '../project/project.ts';
import { gpusOf, packedOf } from './past-runs.ts';

/** What attempts had of GPUs. */
export interface GpuHours {
  /** GPUs asked for × hours that attempts ran; of a job that several experiments share, each has its part. */
  readonly hours: number;
  /** The attempts behind it: those that ran with GPUs. */
  readonly attempts: number;
  /** Attempts that ran and are not in it: how many GPUs they asked for, or when they started, is unknown. */
  readonly unknown: number;
}

/** A part of time, milliseconds since 1970. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The GPU hours since a time, milliseconds since 1970; what still runs counts until now. Never asks the scheduler. */
export async function readGpuHours(project: Project, sinceMs: number): Promise<GpuHours> {
  await catchUp(project);
  return sumGpuHours(project, project.store.ranSince(sinceMs), { fromMs: sinceMs, toMs: nowMs() });
}

/** The GPU hours of all attempts of these experiments, as far as they fall within `span`. */
export function sumGpuHours(project: Project, experiments: Iterable<Experiment>, span: Span): GpuHours {
  let [hours, attempts, unknown] = [0, 0, 0];
  for (const experiment of experiments) {
    for (const attempt of Object.values(experiment.record.attempts)) {
      const ms = measureRun(attempt, span);
      const gpus = ms === 0 ? 0 : countGpus(project, experiment, attempt);
      if (gpus === 0) continue;
      if (gpus === undefined || ms === undefined) {
        unknown += 1;
      } else {
        attempts += 1;
        hours += (gpus * ms) / (packedOf(project, { experiment, attempt }) ?? 1) / 3_600_000;
      }
    }
  }
  return { hours, attempts, unknown };
}

/** How long an attempt ran within `span`, milliseconds: 0 if it did not, undefined if it is unknown when it started. */
function measureRun(attempt: Attempt, { fromMs, toMs }: Span): number | undefined {
  const outcome = getUndiagnosedOutcome(attempt);
  const endMs = 'endedMs' in outcome ? outcome.endedMs : outcome.status === 'running' ? toMs : fromMs;
  if (endMs <= fromMs) return 0;
  const seen = attempt.facts.queue?.value;
  const wasSeen = seen?.state === 'running';
  const startMs = ('startedMs' in outcome ? outcome.startedMs : undefined) ?? (wasSeen ? seen.startedMs : undefined);
  if (startMs === undefined) return wasSeen ? undefined : 0;
  return Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs));
}

/** The GPUs that an attempt asked for: by its stage, and by what its submission said beside that. */
function countGpus(project: Project, experiment: Experiment, { stage, n, token }: Attempt): number | undefined {
  const request = token && project.store.submission(token.value)?.request?.value;
  // What it asked for was replaced later, by a fresh attempt.
  if (request?.reread === undefined && n < getSeriesStart(experiment.record, stage, Infinity)) return undefined;
  const { settings } = request?.reread ?? experiment;
  const written = stagesOf(settings).find(({ name }) => name === stage)?.resources;
  if (written === undefined) return undefined;
  const given = request?.resources as Readonly<Record<string, string>> | undefined;
  const asked = { ...written, ...(given && readResources(given)) };
  return gpusOf(asked, asked.num_nodes ?? 1);
}
