export type { Claims, NameHolder } from './claims.ts';
export { readEvents } from './events.ts';
export type { Selection } from './experiments.ts';
export { projectPaths, type ProjectPaths } from './paths.ts';
export type { Sort } from './select.ts';
export { openStore, type Store } from './store.ts';
export type { BadRange } from './tail.ts';
