import type { Resources } from '../core/settings/settings.ts';
import type { ValueMap } from '../core/value.ts';

/** One attempt that ended, as advice and efficiency read it. */
export interface PastRun {
  readonly expId: string;
  readonly stage: string;
  readonly n: number;
  readonly template?: string;
  readonly sweep?: string;
  readonly params: ValueMap;
  /** What the attempt asked for. */
  readonly resources: Resources;
  readonly status: 'completed' | 'failed' | 'cancelled' | 'stopped';
  /** Of a failed one: `timeout`, `gpu_oom`, … */
  readonly cause?: string;
  /** Milliseconds since 1970. */
  readonly submittedMs?: number;
  readonly startedMs?: number;
  readonly endedMs: number;
  /** The partition it really ran in, if known. */
  readonly partition?: string;
  /** GPUs of all nodes; 0: none; undefined: not known. */
  readonly gpus?: number;
  /** As the monitor saw it (`NVIDIA A100-SXM4-80GB`) or as it was asked for. */
  readonly gpuName?: string;
  readonly nodes?: number;
  /** CPU cores of all nodes. */
  readonly cpus?: number;
  /** Experiments that shared its job, itself included; absent: it had the job for itself. */
  readonly packed?: number;
  readonly usage?: RunUsage;
}

/** What an attempt used, from the monitor (`usage.csv`, `gpu.csv`), else from accounting. */
export interface RunUsage {
  readonly source: 'monitor' | 'accounting' | 'both';
  /** CPU seconds of all processes. */
  readonly cpuS?: number;
  /** Seconds from its start to the last sample: what `cpuS` is over. Absent: all of the run. */
  readonly cpuOverS?: number;
  /** Nodes that `cpuS` is of: the monitor sees the first one. Absent: all. */
  readonly cpuNodes?: number;
  /** Nodes whose GPUs were seen: the monitor sees the first one. Absent: all. */
  readonly gpuNodes?: number;
  /** The most host memory at once, on one node, MiB. */
  readonly peakHostMib?: number;
  /** Of one GPU, as the driver reports it, GiB: the largest. */
  readonly peakGpuGib?: number;
  readonly gpuTotalGib?: number;
  /** Mean over samples and GPUs, 0 to 1. */
  readonly gpuUtil?: number;
  /** Of each GPU, 0 to 1: one at 0 was never used. */
  readonly gpuUtils?: readonly number[];
  /** Of the monitor; 0: accounting alone knows. */
  readonly samples: number;
  /** What one must know to read it rightly: lines that were cut, a file that was too long. */
  readonly notes?: readonly string[];
}
