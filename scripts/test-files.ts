/** Which test files wait for schedulers, and which start jobs: the folder decides. */

/** Their tests wait for queues and clocks of a scheduler, Slurm or the local one. A busy machine can make them late. */
export const WAITING: RegExp = /\/test\/(scheduler|survive)\//;

/** Files that take minutes, most of them spent waiting for other programs. */
export const LONG: RegExp = /\/test\/(scheduler|survive|crash|interop)\//;

/** Tests of `src` that start jobs; all others there need no scheduler, and are the unit tests. */
export const JOBS_IN_SRC: readonly string[] = [
  'src/scheduler/local/local-scheduler.test.ts',
  'src/template/**/wrapper.test.ts',
  'src/template/**/wrapper-pack.test.ts',
];
