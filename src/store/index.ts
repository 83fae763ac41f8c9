export type { NameHolder } from './claims.ts';
export { readEvents } from './events.ts';
export type { Selection } from './experiments.ts';
export { projectPaths } from './paths.ts';
export type { Sort } from './select.ts';
export { privateFolder } from './local-folder.ts';
export { openStore, type Store } from './store.ts';
export type { Outline, StoredColumn, StoredValue, Tabulation } from './tabulate.ts';
