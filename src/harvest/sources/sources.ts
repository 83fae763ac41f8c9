import type { HarvestRule } from '../../core/settings/harvest-rule.ts';
import { csv, tsv } from './csv.ts';
import { exec } from './exec-source.ts';
import { json } from './json.ts';
import { jsonl } from './jsonl.ts';
import { log } from './log.ts';
import type { Source } from '../base/source.ts';
import { trackerSource } from './tracked.ts';
import { TRACKERS } from '../trackers/index.ts';
import { yaml } from './yaml.ts';

/** The sources that read files: what is computed from other metrics has none. */
export type SourceName = Exclude<HarvestRule['source'], 'value'>;

/** The rule of a source; some have one type of rule together. */
export type RuleOf<S extends SourceName> = HarvestRule extends infer R
  ? R extends { readonly source: infer N }
    ? S extends N
      ? R
      : never
    : never
  : never;

/** Every kind of file that can be harvested: a new one is a file beside this one and a line here. */
export const SOURCES: { readonly [S in SourceName]: Source<RuleOf<S>> } = {
  log,
  json,
  yaml,
  csv,
  tsv,
  jsonl,
  tensorboard: trackerSource(TRACKERS.tensorboard),
  lightning: trackerSource(TRACKERS.lightning),
  huggingface: trackerSource(TRACKERS.huggingface),
  wandb: trackerSource(TRACKERS.wandb),
  mlflow: trackerSource(TRACKERS.mlflow),
  metrics: trackerSource(TRACKERS.metrics),
  gpu: trackerSource(TRACKERS.gpu),
  exec,
};
