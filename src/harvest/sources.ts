import type { HarvestRule } from '../core/harvest-rule.ts';
import { csv } from './csv.ts';
import { json } from './json.ts';
import { log } from './log.ts';
import type { Source } from './source.ts';

export type SourceName = HarvestRule['source'];
export type RuleOf<S extends SourceName> = Extract<HarvestRule, { source: S }>;

/** Every kind of file that can be harvested: a new one is a file beside this one and a line here. */
export const SOURCES: { readonly [S in SourceName]: Source<RuleOf<S>> } = {
  log,
  json,
  csv,
};
