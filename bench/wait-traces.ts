import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { PastWait } from '../src/core/cluster/past-wait.ts';

/** A wait, and when the job ended: accounting has it for as long as that. */
export interface TraceWait extends PastWait {
  readonly startMs: number;
  readonly endMs: number;
}

/** GPU pods of Alibaba (clusterdata, cluster-trace-gpu-v2023): from creation to scheduling; without those never scheduled. */
export function alibabaWaits(folder: string): TraceWait[] {
  return rows(join(folder, 'alibaba_gpu_2023_pods.csv'))
    .filter((row) => row['scheduled_time'] !== '')
    .map((row) => ({
      eligibleMs: Number(row['creation_time']) * 1000,
      startMs: Number(row['scheduled_time']) * 1000,
      endMs: Number(row['deletion_time']) * 1000,
      partition: 'gpu',
      gpus: Number(row['num_gpu']),
    }));
}

/** Jobs of NREL's Eagle (eagle-jobs, a sample of January 2019): from submit to start. */
export function nrelWaits(folder: string): TraceWait[] {
  return rows(join(folder, 'nrel_eagle_sample.csv')).map((row) => ({
    eligibleMs: Date.parse(`${row['submit_time']}Z`),
    startMs: Date.parse(`${row['start_time']}Z`),
    endMs: Date.parse(`${row['end_time']}Z`),
    partition: row['partition'] ?? '',
    timeLimitS: Number(row['wallclock_req']),
    submission: [row['user'], row['partition'], row['submit_time'], row['wallclock_req']].join(' '),
  }));
}

/** Jobs of the GPU partition of CEA's Curie, 2012 (Parallel Workloads Archive): from submit to start. */
export function curieWaits(folder: string): TraceWait[] {
  return workload(join(folder, 'curie_hybrid.csv.gz'));
}

/** Jobs of MetaCentrum, 2013 (data of the simulator Alea), of 11 queues: from submit to start. */
export function metacentrumWaits(folder: string): TraceWait[] {
  return workload(join(folder, 'metacentrum_wagap.csv.gz'));
}

/** Seconds that jobs of Microsoft's Philly ran. */
export function phillyRunTimes(folder: string): number[] {
  return rows(join(folder, 'philly_runtime_s.csv')).map(({ runtime }) => Number(runtime));
}

function workload(file: string): TraceWait[] {
  return rows(file).map((row) => ({
    eligibleMs: Number(row['submit']) * 1000,
    startMs: Number(row['start']) * 1000,
    endMs: Number(row['end']) * 1000,
    partition: row['partition'] ?? '',
    gpus: Number(row['gpus']),
    timeLimitS: Number(row['limit']),
    submission: [row['user'], row['partition'], row['submit'], row['limit'], row['gpus']].join(' '),
  }));
}

function rows(file: string): { readonly [column: string]: string }[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => {
    const fields = line.split(',');
    return Object.fromEntries(names.map((name, i) => [name, fields[i] ?? '']));
  });
}
