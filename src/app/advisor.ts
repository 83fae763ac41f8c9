import {
  estimateMemory,
  findGpuKind,
  listOffers,
  parseProjectGpus,
  runTimeForecast,
  readSetup,
  parseWrittenPartitions,
  type Candidate,
  type FlopWork,
  type Forecast,
  type MemoryEstimate,
  type Offer,
  type CandidateForecast,
  type ProjectGpu,
  type WrittenPartition,
} from '../advisor/index.ts';
import type { ClusterFacts } from '../core/cluster/cluster-facts.ts';
import { inputError } from '../core/errors.ts';
import type { Resources } from '../core/settings/settings.ts';
import { isMap, withoutUndefined, type ValueMap } from '../core/value.ts';
import { nowMs } from '../system/index.ts';
import { adviseFrom, type Advice, type AdviceSources, type CandidateForecasts } from './advise/advise-core.ts';
import type { AdviseOptions } from './advise/advise-job.ts';
import { resolveModelOf } from './advise/advise-model.ts';
import { makeProjectSources } from './advise/advise-sources.ts';
import type { AdviceTarget } from './advise/advise-target.ts';
import { withTraceCache } from './advise/trace-cache.ts';
import type { AdviseRequest } from './advise/advise.ts';
import type { EfficiencyReport, EfficiencyRequest } from './past-runs/efficiency.ts';
import { ExperimentManager, type ManagerOptions } from './manager.ts';

/** A partition as one describes it by hand; what is absent is not known. */
export interface PartitionSpec {
  /** As the scheduler calls it: `a100`. */
  readonly gpu_type?: string;
  readonly gpus_per_node?: number;
  readonly total_nodes?: number;
  readonly arch?: string;
  /** GB of one GPU, as on the box. */
  readonly memory_gb?: number;
  readonly fp8_support?: boolean;
  readonly priority?: string | number;
  readonly cpus_per_node?: number;
  /** GiB of a node's own memory, as Slurm counts it. */
  readonly node_memory_gb?: number;
  /** As Slurm writes it: `2-00:00:00`. */
  readonly max_time?: string;
  readonly preemptible?: boolean;
  /** Accounts that may use it, the default one first. */
  readonly accounts?: readonly string[];
  readonly note?: string;
}

/** Partitions and GPUs that are described by hand. */
export interface AdvisorCatalogue {
  readonly partitions: { readonly [name: string]: PartitionSpec };
  /** GPUs that the catalogue of sheaf lacks, as below `cluster: gpus:` in `sheaf.yaml`. */
  readonly gpus?: { readonly [name: string]: ValueMap };
}

/** A job that is no experiment. */
export interface JobRequest extends AdviseOptions {
  /** Under the names that training programs have for them: `model`, `batch_size`, `precision`, … */
  readonly params: ValueMap;
  readonly resources?: Resources;
  /** The number of jobs, as members of a sweep. Default 1. */
  readonly tasks?: number;
}

/** The forecasts of one way to run a job. */
export interface ForecastLine {
  readonly partition: string;
  readonly gpuType?: string;
  readonly gpus: number;
  /** From the submit to the start, seconds. */
  readonly wait: Forecast;
  /** From the start to the end, seconds. */
  readonly run: Forecast;
}

/** What one GPU holds at the peak of a training step, or why that is not known: one sentence each. */
export type MemoryAnswer =
  | { readonly estimate: MemoryEstimate; readonly assumptions: readonly string[] }
  | { readonly unknown: readonly string[] };

/**
 * Where jobs fit, when they start, how long they take and what they cost: the library behind `sheaf advise`.
 *
 * It works over a project on its cluster, or from a catalogue of partitions alone. Then nothing is known of what is free, of
 * waits and of past runs, and nothing is made up for it: such forecasts have the kind `unknown` and say why.
 *
 * @example
 * const advisor = new ResourceAdvisor({
 *   partitions: { a100_public: { gpu_type: 'A100', gpus_per_node: 4, total_nodes: 20, arch: 'Ampere', memory_gb: 80 } },
 * });
 * const { choices } = await advisor.advise({ params: { model: 'resnet50', batch_size: 256 }, globalBatch: 1024 });
 *
 * @example
 * using advisor = await ResourceAdvisor.open({ dir: 'my_research' });
 * const { choices } = await advisor.advise({ expId: 'resnet50_exp1' });
 */
export class ResourceAdvisor {
  readonly #manager: ExperimentManager | undefined;
  readonly #written: readonly WrittenPartition[];
  readonly #own: readonly ProjectGpu[];

  /** @throws SheafError `advisor.catalogue` with what is wrong in it */
  constructor(source: AdvisorCatalogue | { readonly manager: ExperimentManager }) {
    if ('manager' in source) {
      this.#manager = source.manager;
      this.#written = [];
      this.#own = [];
      return;
    }
    if (!isMap(source.partitions)) {
      throw inputError('advisor.catalogue', 'there are no partitions in it', {
        fix: "new ResourceAdvisor({ partitions: { a100_public: { gpu_type: 'A100', gpus_per_node: 4 } } })",
      });
    }
    const { partitions, problems } = parseWrittenPartitions(source.partitions as { readonly [name: string]: ValueMap });
    const { gpus, problems: more } = parseProjectGpus(source.gpus ?? {});
    const [first, ...rest] = [...problems, ...more];
    if (first !== undefined) {
      throw inputError('advisor.catalogue', first, rest.length === 0 ? {} : { why: `also wrong: ${rest.join('; ')}` });
    }
    this.#manager = undefined;
    this.#written = partitions;
    this.#own = gpus;
  }

  /** Over a project. @throws SheafError as `ExperimentManager.open` */
  static async open(options: ManagerOptions = {}): Promise<ResourceAdvisor> {
    return new ResourceAdvisor({ manager: await ExperimentManager.open(options) });
  }

  close(): void {
    this.#manager?.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Up to five choices, best first, with all that was weighed and why the rest is not offered. Nothing is submitted.
   *
   * @param request an experiment or template of the project, or a job described by its parameters
   * @throws SheafError `advise.*`, `advisor.project`
   */
  async advise(request: AdviseRequest | JobRequest): Promise<Advice> {
    if (!isJob(request)) return this.#project('advice for an experiment or a template').advise(request);
    checkJob(request);
    const target = getJobTarget(request);
    const { withoutPlans = false } = request;
    const manager = this.#manager;
    if (manager === undefined) return adviseFrom(this.#catalogueSources(target), target, request);
    return withTraceCache(manager.project, async (traces) =>
      adviseFrom(await makeProjectSources(manager.project, target, traces, { withoutPlans }), target, request),
    );
  }

  /**
   * The memory of one GPU at the peak of a training step: GiB (2^30 bytes), as the driver reports it, by parts.
   *
   * @param gpus that work on one model together
   */
  estimate(params: ValueMap, { gpus = 1 }: { readonly gpus?: number } = {}): MemoryAnswer {
    const found = readSetup(params, { ranks: gpus });
    if ('unknown' in found) return found;
    return { estimate: estimateMemory(found.setup), assumptions: found.assumptions };
  }

  /** Where jobs could go: one for each type of GPU in each partition. @throws SheafError when nothing is known */
  async partitions(): Promise<readonly Offer[]> {
    if (this.#manager !== undefined) return (await this.#manager.partitions()).offers;
    return this.#catalogueOffers();
  }

  /** When a job would start and how long it would run, for each way that fits and is allowed, best first. */
  async forecast(request: AdviseRequest | JobRequest): Promise<readonly ForecastLine[]> {
    const { considered } = await this.advise(request);
    return considered.map(({ offer: { partition, gpuType }, gpus, wait, run }) => ({
      partition,
      ...(gpuType === undefined ? {} : { gpuType }),
      gpus,
      wait,
      run,
    }));
  }

  /** What runs used of what they asked for. @throws SheafError `advisor.project` without a project */
  efficiency(request: EfficiencyRequest = {}): Promise<EfficiencyReport> {
    return this.#project('what runs used').efficiency(request);
  }

  #project(what: string): ExperimentManager {
    if (this.#manager !== undefined) return this.#manager;
    throw inputError('advisor.project', `${what} needs a project`, {
      why: 'this advisor knows partitions as they are written alone',
      fix: 'ResourceAdvisor.open({ dir })',
    });
  }

  #catalogueOffers(): readonly Offer[] {
    const nothing: ClusterFacts = { id: 'catalogue', atMs: nowMs(), partitions: [], nodes: [], unknown: [] };
    return listOffers(nothing, { written: this.#written, own: this.#own });
  }

  #catalogueSources(target: AdviceTarget): AdviceSources {
    const model = resolveModelOf(target, [], new Map());
    return {
      offers: async () => ({ offers: this.#catalogueOffers(), unknown: [] }),
      model: async () => model,
      forecasts: async ({ batch }, candidates): Promise<CandidateForecasts> => ({
        forecasts: candidates.map((candidate) => this.#forecast(target, candidate, model.workOf(batch?.global))),
        notes: [],
      }),
    };
  }

  #forecast({ stage, params }: AdviceTarget, { offer, gpus, nodes }: Candidate, flops?: FlopWork): CandidateForecast {
    return {
      wait: { kind: 'unknown', basis: 'partitions are known as they are written alone, not their queues', samples: 0 },
      run: runTimeForecast({
        job: { stage: stage.name, params, gpus, nodes },
        pastRuns: [],
        kindOf: (name) => findGpuKind(name, { own: this.#own }),
        ...withoutUndefined({ gpu: offer.gpu, flops }),
      }),
    };
  }
}

function isJob(request: AdviseRequest | JobRequest): request is JobRequest {
  return !('expId' in request) && !('template' in request);
}

/** @throws SheafError `advisor.job` for what no job can be */
function checkJob({ params, tasks = 1, globalBatch = 1, maxMicroBatch = 1, gpus = 1 }: JobRequest): void {
  if (!isMap(params)) throw inputError('advisor.job', 'params must be a map such as { model: "resnet50" }');
  for (const [name, value] of Object.entries({ tasks, globalBatch, maxMicroBatch, gpus })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw inputError('advisor.job', `${name} must be a whole number from 1, but is ${String(value)}`);
  }
}

function getJobTarget({ params, resources = {}, tasks = 1 }: JobRequest): AdviceTarget {
  return {
    kind: 'job',
    name: 'job',
    template: 'job',
    params,
    stage: { name: 'train', command: '', resources, run: {} },
    tasks,
  };
}
