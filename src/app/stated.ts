import { join } from 'node:path';
import type { Attempt } from '../core/attempt.ts';
import { fileFacts, readRange } from '../system/index.ts';
import type { Project } from './project.ts';

/** The options of a job stand at the top of its script, and are far fewer than that. */
const HEAD_BYTES = 16_384;

/** What the `#SBATCH` lines of the job of an attempt state, as they were handed over: option → value. Empty without a script. */
export function statedOptions(project: Project, { token }: Pick<Attempt, 'token'>): ReadonlyMap<string, string> {
  if (token === undefined) return new Map();
  const path = join(project.store.paths.submissions, token.value, 'job.sbatch');
  const { size = 0 } = fileFacts(path) ?? {};
  if (size === 0) return new Map();
  const head = Buffer.from(readRange(path, 0, Math.min(size, HEAD_BYTES))).toString();
  return new Map([...head.matchAll(/^#SBATCH --([a-z-]+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]));
}
