import { join } from 'node:path';
import { SheafError } from '../../core/errors.ts';
import { getFileFacts, listFolder } from '../../system/index.ts';
import { openHostCache } from '../project/host-cache.ts';
import type { Project } from '../project/project.ts';
import type { NewResults, RunOptions, Selector } from '../project/types.ts';

/** Of this version; raise it when another version may read what this one could not. */
const CACHE = 'unread-1';

/**
 * `harvestNew` for a moment, for commands that people repeat. A try that read nothing is remembered on this host and not
 * repeated until something else is unread, or a template has changed: nothing is loaded then.
 *
 * @param forMs how long to read at most, milliseconds
 * @throws SheafError as `harvestNew`
 */
export async function harvestBriefly(
  project: Project,
  selector: Selector,
  forMs: number,
  options: RunOptions = {},
): Promise<NewResults> {
  const cache = openHostCache<Pick<NewResults, 'pending' | 'warnings'>>(project, CACHE);
  const [name, stamp] = [JSON.stringify(selector), stampOf(project)];
  const known = cache.recall(name, stamp);
  if (known !== undefined) return { lines: [], ...known };
  const { harvestNew } = await import('./harvest-new.ts');
  const found = await harvestNew(project, selector, { ...options, forMs });
  const { lines, pending, busy, warnings } = found;
  if (lines.length > 0 || busy) return found;
  cache.keep(name, stamp, { pending, warnings });
  try {
    cache.close();
  } catch (error) {
    // The next command tries again.
    if (!(error instanceof SheafError)) throw error;
  }
  return found;
}

/** Changes with what is unread and with the files that say how to read it. */
function stampOf({ root, store }: Project): string {
  const templates = join(root, 'templates');
  const files = [join(root, 'sheaf.yaml'), ...listFolder(templates).map((name) => join(templates, name))];
  const facts = files.map((path) => {
    const { size, mtimeNs } = getFileFacts(path, { follow: true }) ?? {};
    return `${path} ${size} ${mtimeNs}`;
  });
  return [store.unread().stamp, ...facts].join('\n');
}
