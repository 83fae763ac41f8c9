import type { Advice, Forecast, ScoredCandidate, OfferedChoice } from '../../../app/index.ts';
import { commandFor, type GivenValues } from './advice-words.ts';
import type { Json } from '../../shell/json.ts';

/** Everything: what was chosen, all that was weighed, and why the rest is not offered. */
export function adviceJson(advice: Advice, given: GivenValues): Json {
  const { target, job, needs, parts, choices, dropped, considered, unit, basis, reference } = advice;
  return {
    target: {
      kind: target.kind === 'frozen' ? 'experiment' : 'template',
      name: target.name,
      template: target.template,
      stage: target.stage.name,
      tasks: job.tasks,
    },
    device: job.device,
    global_batch: job.batch?.global ?? null,
    reference: reference ?? null,
    needs: needs.map(({ gpus, need }) => ({ gpus, gib_per_gpu: need.gib ?? null, basis: need.basis })),
    parts: parts ?? null,
    choices: choices.map((choice) => choiceJson(advice, choice, given)),
    not_offered: dropped.map(({ partition, gpuType, gpus, kind, why, fix }) => ({
      partition,
      gpu_type: gpuType ?? null,
      gpus: gpus ?? null,
      kind,
      why,
      fix: fix ?? null,
    })),
    considered: considered.map(candidateJson),
    compared_in: unit,
    basis,
  };
}

function choiceJson(advice: Advice, choice: OfferedChoice, given: GivenValues): Json {
  const { names, reasons, warnings, set, params, candidate } = choice;
  return {
    names,
    reasons,
    warnings,
    set,
    params,
    command: commandFor(advice, choice, given),
    ...candidateJson(candidate),
  };
}

function candidateJson(candidate: ScoredCandidate): { readonly [key: string]: Json } {
  const {
    offer,
    access,
    nodes,
    gpusPerNode,
    gpus,
    sharding,
    split,
    need,
    cpusPerNode,
    timeLimitS,
    cost,
    waves,
    freeNow,
    done,
  } = candidate;
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
    comparable:
      candidate.comparability === undefined
        ? null
        : { level: candidate.comparability.level, reasons: candidate.comparability.reasons },
    as_before: candidate.isAsBefore ?? null,
  };
}

function spreadJson(spread: { readonly p50?: number; readonly p90?: number } | undefined): Json {
  return spread === undefined || (spread.p50 === undefined && spread.p90 === undefined)
    ? null
    : { p50: spread.p50 ?? null, p90: spread.p90 ?? null };
}

function forecastJson({ kind, p50S, p90S, basis, samples, hitRate }: Forecast): Json {
  return {
    kind,
    p50_seconds: p50S ?? null,
    p90_seconds: p90S ?? null,
    basis,
    samples,
    hit_rate: hitRate === undefined ? null : { held: hitRate.held, of: hitRate.of },
  };
}
