import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PastWait } from '../src/core/past-wait.ts';

/** GPU pods of Alibaba (clusterdata, cluster-trace-gpu-v2023): from creation to scheduling; without those never scheduled. */
export function alibabaWaits(folder: string): PastWait[] {
  return rows(join(folder, 'alibaba_gpu_2023_pods.csv'))
    .filter((row) => row['scheduled_time'] !== '')
    .map((row) => ({
      eligibleMs: Number(row['creation_time']) * 1000,
      startMs: Number(row['scheduled_time']) * 1000,
      partition: 'gpu',
      gpus: Number(row['num_gpu']),
    }));
}

/** Jobs of NREL's Eagle (eagle-jobs, a sample of January 2019): from submit to start. */
export function nrelWaits(folder: string): PastWait[] {
  return rows(join(folder, 'nrel_eagle_sample.csv')).map((row) => ({
    eligibleMs: Date.parse(`${row['submit_time']}Z`),
    startMs: Date.parse(`${row['start_time']}Z`),
    partition: row['partition'] ?? '',
    timeLimitS: Number(row['wallclock_req']),
    submission: [row['user'], row['partition'], row['submit_time'], row['wallclock_req']].join(' '),
  }));
}

/** Seconds that jobs of Microsoft's Philly ran. */
export function phillyRunTimes(folder: string): number[] {
  return rows(join(folder, 'philly_runtime_s.csv')).map(({ runtime }) => Number(runtime));
}

function rows(file: string): { readonly [column: string]: string }[] {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => {
    const fields = line.split(',');
    return Object.fromEntries(names.map((name, i) => [name, fields[i] ?? '']));
  });
}
