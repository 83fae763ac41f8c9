import { join } from 'node:path';
import type { HarvestRule } from '../../src/core/settings/harvest-rule.ts';
import type { MetricFinding, RuleOutcome, ReadOptions, RunContext, Source } from '../../src/harvest/base/source.ts';
import { getFileFacts } from '../../src/system/index.ts';
import { newRunFolder } from './run-folder.ts';

interface Reading extends ReadOptions {
  /** Whose writer has not completed. */
  readonly unfinished?: boolean;
}

/** What a source finds in a file with this content: a value, or the words for its absence, a metric each. */
export async function readSource<R extends HarvestRule>(
  source: Source<R>,
  content: string | Uint8Array,
  rules: Readonly<Record<string, R>>,
  { unfinished = false, ...options }: Reading = {},
): Promise<Record<string, MetricFinding>> {
  const path = join(newRunFolder({ file: content }).path, 'file');
  const { size = 0, mtimeNs = 0n } = getFileFacts(path) ?? {};
  const named = Object.entries(rules).map(([metric, rule]) => ({ metric, rule }));
  const outcomes = await source.read([{ path, shown: 'file', size, mtimeNs, unfinished }], named, options, RUN);
  return Object.fromEntries(named.map(({ metric }, i) => [metric, finding(outcomes[i])]).filter(([, found]) => found));
}

/** A run, for sources that do not look at it. */
export const RUN: RunContext = {
  expId: 'a',
  params: {},
  experimentFolder: '/nowhere',
  stage: 'train',
  n: 1,
  attemptFolder: '/nowhere',
  projectFolder: '/nowhere',
};

/** That of one metric: these rules are no families. */
function finding(outcome: RuleOutcome | undefined): MetricFinding | undefined {
  return outcome === undefined || 'family' in outcome ? undefined : outcome;
}
