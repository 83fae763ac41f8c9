export { checkOut, codeIsThere, writeOut, type CodePlace } from './check-out.ts';
export { workTree } from './changes.ts';
export { diffCode } from './diff.ts';
export { ignoredEntries } from './ignored.ts';
export type { Snapshot } from './git-snapshot.ts';
export { prunableCode, pruneCode, type Prunable, type PruneRequest } from './prune.ts';
export { gitState } from './repository.ts';
export { openOldCheckouts } from './store.ts';
export { takeSnapshot, type SnapshotRequest } from './take-snapshot.ts';
