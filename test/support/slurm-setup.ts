/**
 * Brings up the cluster of a test run, when a file of the run needs it, and takes it down after it.
 *
 * SHEAF_TEST_SLURM=skip does without one; =require fails the run when there is none. A cluster of `npm run slurm:up` is
 * used and left as it is.
 */
import type { TestProject } from 'vitest/node';
import { openCluster, startCluster, stopCluster, stopRemnants, whyNoCluster } from '../../scripts/slurm/index.ts';
import { runHas, shout } from './setup-words.ts';

/** Of clusters that end with the process that made them. */
export const testClusterPrefix = '/tmp/sheaf-slurm-t';

export interface ProvidedCluster {
  readonly dir?: string;
  readonly why?: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    slurm: ProvidedCluster;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const nothing = async () => undefined;
  // Files that need a cluster import test/support/slurm.ts, or a helper beside it whose name starts like that.
  if (!(await runHas(project, (_, text) => text.includes('support/slurm')))) {
    project.provide('slurm', { why: 'no file of this run imports test/support/slurm.ts' });
    return nothing;
  }
  const why = await whySkipped(project);
  if (why === undefined) return teardown;
  if (process.env['SHEAF_TEST_SLURM'] === 'require') throw new Error(`SHEAF_TEST_SLURM=require, but ${why}`);
  shout(`The tests that need a Slurm cluster are SKIPPED: ${why}`);
  project.provide('slurm', { why });
  return nothing;
}

let ours: string | undefined;

async function whySkipped(project: TestProject): Promise<string | undefined> {
  if (process.env['SHEAF_TEST_SLURM'] === 'skip') return 'SHEAF_TEST_SLURM=skip says so';
  const why = whyNoCluster();
  if (why !== undefined) return why;
  try {
    await stopRemnants(testClusterPrefix);
    project.provide('slurm', { dir: await sharedCluster() });
    return undefined;
  } catch (error) {
    return `it did not come up: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function sharedCluster(): Promise<string> {
  const found = openCluster();
  if (found !== undefined && (await found.answers())) return found.dir;
  ours = `${testClusterPrefix}${process.pid}`;
  await startCluster({ dir: ours, bound: true, say: (text) => process.stderr.write(`${text}\n`) });
  return ours;
}

async function teardown(): Promise<void> {
  if (ours !== undefined) await stopCluster(ours);
}
