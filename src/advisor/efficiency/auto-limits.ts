import { formatDuration } from '../../core/units.ts';
import type { GpuKind } from '../gpu-kind.ts';
import type { PastRun } from '../past-run.ts';
import { compareParams, selectTellingRuns } from '../run-time/like-runs.ts';
import type { RunJob } from '../run-time/run-job.ts';
import { runTimeForecast } from '../run-time/run-time-forecast.ts';
import { scaleTo, type KindOf } from '../run-time/scale.ts';
import { adviseMemory } from './host-memory.ts';
import { MARGINS } from './thresholds.ts';
import { adviseTime, roundUpTime, type LimitAdvice } from './time-limit.ts';

/** What a limit is found for. */
export interface LimitQuestion {
  readonly expId: string;
  readonly job: RunJob;
  /** Of the project, earlier attempts of the same experiment included. */
  readonly pastRuns: readonly PastRun[];
  /** The GPU that it would run on; undefined: none, or an unknown one. */
  readonly gpu?: GpuKind;
  readonly kindOf: KindOf;
}

/**
 * The time limit of `time_limit: auto`, seconds. From runs of the same parameters, work and GPUs: their 95th percentile
 * × 1.15, and what {@link adviseTime} adds for those that reached their limit. If none of these completed, the p90 of the
 * run-time forecast, which scales by work and GPU, × 1.15. After attempts of the same experiment that reached their limit 1.5
 * times that at least. Undefined when no run can be compared.
 *
 * @param goesOn it is put back into the queue at its limit, and goes on from a checkpoint: that says nothing against the limit
 */
export function adviseTimeLimit(question: LimitQuestion, goesOn: boolean = false): LimitAdvice | undefined {
  const found = timeOfOthers(question);
  const { expId, job, pastRuns } = question;
  const own = pastRuns.filter((run) => run.expId === expId && run.stage === job.stage && run.cause === 'timeout');
  const raised = goesOn ? undefined : adviseTime(own);
  if (raised === undefined || (found !== undefined && found.value >= raised.value)) return found;
  return raised;
}

function timeOfOthers(question: LimitQuestion): LimitAdvice | undefined {
  const same = sameRuns(question);
  if (same.some(({ status }) => status === 'completed')) return adviseTime(same);
  const forecast = runTimeForecast(question);
  if (forecast.kind !== 'history' || forecast.p90S === undefined) return adviseTime(same);
  const value = roundUpTime(forecast.p90S * MARGINS.time.value);
  return {
    value,
    basis: `${forecast.basis}; 1.15 × the p90 of ${formatDuration(forecast.p90S)}`,
    samples: forecast.samples,
  };
}

/** Those that did the same on the same GPUs: nothing is to be scaled. */
function sameRuns({ job, pastRuns, gpu, kindOf }: LimitQuestion): PastRun[] {
  const scale = scaleTo({ job, gpu, kindOf, all: pastRuns });
  return selectTellingRuns(pastRuns)
    .filter(({ template, stage }) => template === job.template && stage === job.stage)
    .filter((run) => {
      const compared = scale(run);
      return (
        compared !== undefined &&
        compared.sameGpu &&
        compared.sameCount &&
        compared.workFactor === 1 &&
        compareParams(run.params, job.params) !== 'template'
      );
    });
}

/**
 * The memory of each node for `mem: auto`, MiB (2^20 bytes): 1.2 × the highest peak of runs of the same template and stage on as
 * many nodes and GPUs, those of the same model, data and batch if there are any. Undefined when no peak is known.
 */
export function adviseMemoryLimit({ job, pastRuns }: LimitQuestion): LimitAdvice | undefined {
  const ofStage = pastRuns.filter(
    ({ template, stage, gpus, nodes = 1, packed }) =>
      template === job.template &&
      stage === job.stage &&
      gpus === job.gpus &&
      nodes === job.nodes &&
      packed === undefined,
  );
  const like = ofStage.filter((run) => compareParams(run.params, job.params) !== 'template');
  const own = adviseMemory(like);
  if (own !== undefined) return own;
  const other = adviseMemory(ofStage);
  return other && { ...other, basis: `${other.basis}, with other parameters` };
}
