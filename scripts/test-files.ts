/** Which tests wait, and for what: their folder decides. */

/** They wait for queues and clocks of a scheduler, Slurm or the local one. A busy machine can make them late. */
export const WAITING: RegExp = /\/test\/(scheduler|survive)\//;

/** Files that take minutes, most of them spent waiting for other programs. */
export const LONG: RegExp = /\/test\/(scheduler|survive|crash|jobs|interop)\//;
