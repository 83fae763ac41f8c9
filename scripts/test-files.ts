/** Which tests wait, and for what: their folder decides. */

/** They wait for queues and clocks of a scheduler, Slurm or the local one. A busy machine can make them late. */
export const WAITING: RegExp = /\/test\/(scheduler|survive)\//;

/** Files that take minutes, most of them spent waiting for other programs. */
export const LONG: RegExp = /\/test\/(scheduler|survive|crash|jobs|interop|examples)\//;

/** The longest of them: one that began late would end alone. */
export const LONGEST: RegExp = /\/test\/crash\//;

/**
 * Tests of the files of a clone, not of the command: they say nothing about an installed sheaf, and do not run when
 * `SHEAF_UNDER_TEST` names one.
 */
export const OF_CLONE: readonly string[] = [
  'src/**',
  'test/{architecture,docs,launcher,library,no-sleeps,package,schema,tally}.test.ts',
  'test/cli/{docs,replaced}.test.ts',
  'test/crash/local-scheduler.test.ts',
  'test/diagnosis/{real-programs,recorded-logs}.test.ts',
  'test/{jobs,nodes,provenance,scripts}/**',
  'test/scheduler/{contract,local-scheduler,slurm-cluster}.test.ts',
  'test/scheduler/third/**',
  'test/server/page-size.test.ts',
  'test/store/journal.test.ts',
];
