import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSlurmScheduler, SCHEDULERS } from '../../src/scheduler/index.ts';
import { clusterBench } from './cluster-bench.ts';
import { HOSTILE_NAME } from './hostile-name.ts';
import { newToken, type SchedulerBench } from './local-scheduler.ts';
import type { Cluster } from './slurm.ts';

/** A project in which one test hands jobs to a cluster; those that are left are cancelled after it. */
export async function slurmBench(cluster: Cluster): Promise<SchedulerBench> {
  const outer = mkdtempSync(join(tmpdir(), 'sheaf-slurm-bench-'));
  // Slurm takes a backslash in the path of an output for an escape: it would write elsewhere.
  const [root, folder] = [join(outer, HOSTILE_NAME.replaceAll('\\', '')), join(outer, 'cache')];
  const outputs = join(root, 'outputs');
  mkdirSync(outputs, { recursive: true });
  const env = { ...process.env, SLURM_CONF: cluster.conf, SHEAF_POLL_SECONDS: '0' };
  const scheduler = await openSlurmScheduler({ env, folder: () => folder });
  const request: SchedulerBench['request'] = (script, rest = {}) => {
    const token = rest.token ?? newToken();
    return {
      token,
      script: withDirectives(script, token),
      cwd: root,
      outputFolder: outputs,
      resources: {},
      held: false,
      after: [],
      ...rest,
      env: { PATH: process.env['PATH'] ?? '', ...rest.env, SLURM_CONF: cluster.conf },
    };
  };
  return clusterBench({ scheduler, folder: outer, root, outputs, request, jobShell: SCHEDULERS.slurm.jobShell });
}

/** What every job of sheaf states. The folder is relative, as there: it may have any name. */
function withDirectives(script: string, token: string): string {
  const directives = [
    `job-name=${token}`,
    'output=outputs/slurm-%A_%a.out',
    'open-mode=append',
    'time=5',
    'mem=50M',
    'requeue',
  ];
  return ['#!/bin/bash', ...directives.map((directive) => `#SBATCH --${directive}`), script, ''].join('\n');
}
