export type { NameHolder } from './claims.ts';
export { readEvents } from './events.ts';
export type { HarvestedAlike, Selection } from './experiments.ts';
export { projectPaths } from './paths.ts';
export type { Sort } from './select.ts';
export { privateFolder } from './local-folder.ts';
export type { ExperimentSummary, FinalValue } from './experiment-summaries.ts';
export { openStore, type Store } from './store.ts';
export type { Outline, StoredColumn, StoredValue, Tabulation } from './tabulate.ts';
