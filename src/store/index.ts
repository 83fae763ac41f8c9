export type { NameHolder } from './folders/claims.ts';
export { readEvents } from './events.ts';
export type { Activity, ActivityLine, ActivityList, Changes } from './changes.ts';
export {
  COUNTED_FIELDS,
  type CountedField,
  type FacetTable,
  type PartOfValues,
  type SweepsByStatus,
  type ValueCounts,
} from './facets.ts';
export type { HarvestedAlike, Selection } from './experiments.ts';
export type { RowReader } from './kept-tables.ts';
export type { Neighbours, PageOfOrder, PagePlace, PageTable } from './pages.ts';
export { projectPaths } from './folders/paths.ts';
export type { Sort } from './select.ts';
export { privateFolder } from './folders/local-folder.ts';
export type { ExperimentSummary, FinalValue } from './experiment-summaries.ts';
export { forgetRemovedProject, openStore, type FoldElsewhere, type Store } from './store.ts';
export type { DiskOutline } from './disk-outlines.ts';
export type { Outline, StoredColumn, StoredValue, Tabulation } from './tabulate.ts';
