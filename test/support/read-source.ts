import { join } from 'node:path';
import type { HarvestRule } from '../../src/core/harvest-rule.ts';
import type { Finding, ReadOptions, Source } from '../../src/harvest/source.ts';
import { fileFacts } from '../../src/system/index.ts';
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
): Promise<Record<string, Finding>> {
  const path = join(newRunFolder({ file: content }).path, 'file');
  const { size = 0, mtimeNs = 0n } = fileFacts(path) ?? {};
  const named = Object.entries(rules).map(([metric, rule]) => ({ metric, rule }));
  const findings = await source.read({ path, shown: 'file', size, mtimeNs, unfinished }, named, options);
  return Object.fromEntries(named.map(({ metric }, i) => [metric, findings[i]]).filter(([, found]) => found));
}
