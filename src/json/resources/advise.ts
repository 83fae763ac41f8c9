import {
  findNearestMiss,
  takeChoice,
  type Advice,
  type Dropped,
  type Forecast,
  type GivenValues,
  type MemoryParts,
  type ScoredCandidate,
  type OfferedChoice,
} from '../../app/index.ts';

/** What advice chose, all that it weighed, and why the rest is not offered. */
export type AdviceJson = {
  readonly subject: {
    readonly kind: 'experiment' | 'job' | 'template';
    readonly name: string;
    readonly template: string;
    readonly stage: string;
    readonly tasks: number;
  };
  readonly device: Advice['job']['device'];
  /** That the GPUs must have units for; null: no parameter says it, or any GPU does. */
  readonly precision: NonNullable<Advice['job']['precision']> | null;
  readonly global_batch: number | null;
  readonly reference: string | null;
  readonly needs: readonly { readonly gpus: number; readonly gib_per_gpu: number | null; readonly basis: string }[];
  readonly parts: string | null;
  /** Best first. */
  readonly choices: readonly ChoiceJson[];
  readonly not_offered: readonly DroppedJson[];
  readonly considered: readonly CandidateJson[];
  /** The unit that costs were compared in. */
  readonly compared_in: Advice['unit'];
  /** If there is no choice: the smallest change with which there would be one. */
  readonly nearest: DroppedJson | null;
  readonly basis: readonly string[];
};

/** A way to place the job that is not offered, and why. */
type DroppedJson = {
  readonly partition: string;
  readonly gpu_type: string | null;
  /** Null: it holds for every number of GPUs. */
  readonly gpus: number | null;
  readonly kind: Dropped['kind'];
  readonly why: string;
  readonly fix: string | null;
};

/** @param given what was given for a template on the command line, for the commands of the choices */
export function adviceJson(advice: Advice, given: GivenValues): AdviceJson {
  const { target, job, needs, parts, choices, dropped, considered, unit, basis, reference } = advice;
  const nearest = choices.length === 0 ? findNearestMiss(dropped) : undefined;
  return {
    subject: {
      kind: target.kind === 'frozen' ? 'experiment' : target.kind,
      name: target.name,
      template: target.template,
      stage: target.stage.name,
      tasks: job.tasks,
    },
    device: job.device,
    precision: job.precision ?? null,
    global_batch: job.batch?.global ?? null,
    reference: reference ?? null,
    needs: needs.map(({ gpus, need }) => ({ gpus, gib_per_gpu: need.gib ?? null, basis: need.basis })),
    parts: parts ?? null,
    choices: choices.map((choice) => choiceJson(advice, choice, given)),
    not_offered: dropped.map(droppedJson),
    considered: considered.map(candidateJson),
    compared_in: unit,
    nearest: nearest === undefined ? null : droppedJson(nearest),
    basis,
  };
}

function droppedJson({ partition, gpuType, gpus, kind, why, fix }: Dropped): DroppedJson {
  return { partition, gpu_type: gpuType ?? null, gpus: gpus ?? null, kind, why, fix: fix ?? null };
}

/** A way to place the job that is offered, and the command that takes it. */
export type ChoiceJson = CandidateJson & {
  /** What it is best at. */
  readonly names: OfferedChoice['names'];
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
  readonly set: OfferedChoice['set'];
  readonly params: OfferedChoice['params'];
  /** What one GPU holds at the peak of a training step, by parts. */
  readonly parts_gib: { readonly [part in keyof MemoryParts]: number } | null;
  /** Null for a job that only its parameters describe: there is nothing to submit yet. */
  readonly command: string | null;
};

function choiceJson(advice: Advice, choice: OfferedChoice, given: GivenValues): ChoiceJson {
  const { names, reasons, warnings, set, params, parts, candidate } = choice;
  return {
    names,
    reasons,
    warnings,
    set,
    params,
    parts_gib: parts === undefined ? null : { ...parts },
    command: advice.target.kind === 'job' ? null : takeChoice(advice, choice, given),
    ...candidateJson(candidate),
  };
}

/** A way to place the job. Null: not known, or without meaning for it. */
export type CandidateJson = {
  readonly partition: string;
  readonly gpu_type: string | null;
  readonly gpu: string | null;
  readonly account: string | null;
  readonly qos: string | null;
  readonly access_basis: 'settings' | 'probed' | null;
  readonly nodes: number;
  readonly gpus_per_node: number;
  readonly gpus: number;
  readonly cpus_per_node: number;
  readonly time_limit_seconds: number | null;
  readonly sharding: ScoredCandidate['sharding'] | null;
  readonly micro_batch: number | null;
  readonly accumulation: number | null;
  readonly memory: {
    readonly gib_per_gpu: number | null;
    readonly usable_gib: number | null;
    readonly verdict: ScoredCandidate['need']['verdict'];
    readonly basis: string;
  };
  readonly free_now: boolean | null;
  readonly wait: ForecastJson;
  readonly run: ForecastJson;
  /** Of a sweep: how many jobs run at once, and how often that many. */
  readonly waves: { readonly at_once: number; readonly count: number; readonly because: string } | null;
  readonly done_seconds: SpreadJson | null;
  readonly cost: {
    readonly gpu_hours: SpreadJson | null;
    readonly cpu_hours: SpreadJson | null;
    readonly billing: SpreadJson | null;
    readonly billing_per_hour: number | null;
    readonly rgu_hours: SpreadJson | null;
    readonly rgu_per_hour: number | null;
    readonly kwh_at_most: SpreadJson | null;
  };
  readonly comparable: { readonly level: 'A' | 'B' | 'C'; readonly reasons: readonly string[] } | null;
  readonly as_before: boolean | null;
};

function candidateJson(candidate: ScoredCandidate): CandidateJson {
  const { offer, access, nodes, gpusPerNode, gpus, sharding, split, need, cpusPerNode, timeLimitS } = candidate;
  const { cost, waves, freeNow, done, comparability } = candidate;
  return {
    partition: offer.partition,
    gpu_type: offer.gpuType ?? null,
    gpu: offer.gpu?.id ?? null,
    account: access?.account ?? null,
    qos: access?.qos ?? null,
    access_basis: access?.basis ?? null,
    nodes,
    gpus_per_node: gpusPerNode,
    gpus,
    cpus_per_node: cpusPerNode,
    time_limit_seconds: timeLimitS ?? null,
    sharding: gpus === 0 ? null : sharding,
    micro_batch: split?.micro ?? null,
    accumulation: split?.accumulation ?? null,
    memory: {
      gib_per_gpu: need.gib ?? null,
      usable_gib: need.usableGib ?? null,
      verdict: need.verdict,
      basis: need.basis,
    },
    free_now: freeNow ?? null,
    wait: forecastJson(candidate.wait),
    run: forecastJson(candidate.run),
    waves: waves === undefined ? null : { at_once: waves.atOnce, count: waves.count, because: waves.because },
    done_seconds: spreadJson(done),
    cost: {
      gpu_hours: spreadJson(cost.gpuHours),
      cpu_hours: spreadJson(cost.cpuHours),
      billing: spreadJson(cost.billing),
      billing_per_hour: cost.billingPerHour ?? null,
      rgu_hours: spreadJson(cost.rguHours),
      rgu_per_hour: cost.rguPerHour ?? null,
      kwh_at_most: spreadJson(cost.kwhAtMost),
    },
    comparable: comparability === undefined ? null : { level: comparability.level, reasons: comparability.reasons },
    as_before: candidate.isSamePlacement ?? null,
  };
}

/** Half of similar jobs take less than `p50`, nine in ten less than `p90`. */
type SpreadJson = { readonly p50: number | null; readonly p90: number | null };

function spreadJson(spread: { readonly p50?: number; readonly p90?: number } | undefined): SpreadJson | null {
  return spread === undefined || (spread.p50 === undefined && spread.p90 === undefined)
    ? null
    : { p50: spread.p50 ?? null, p90: spread.p90 ?? null };
}

/** A forecast with where it comes from; `hit_rate`: how many forecasts of this kind held their p90. */
export type ForecastJson = {
  readonly kind: Forecast['kind'];
  readonly p50_seconds: number | null;
  readonly p90_seconds: number | null;
  readonly basis: string;
  readonly samples: number;
  readonly hit_rate: { readonly held: number; readonly of: number } | null;
};

export function forecastJson({ kind, p50S, p90S, basis, samples, hitRate }: Forecast): ForecastJson {
  return {
    kind,
    p50_seconds: p50S ?? null,
    p90_seconds: p90S ?? null,
    basis,
    samples,
    hit_rate: hitRate === undefined ? null : { held: hitRate.held, of: hitRate.of },
  };
}
