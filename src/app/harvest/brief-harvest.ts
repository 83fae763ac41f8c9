import { join } from 'node:path';
import type { Key } from '../../core/ids.ts';
import { SheafError } from '../../core/errors.ts';
import { getFileFacts, listFolder } from '../../system/index.ts';
import { openHostCache } from '../project/host-cache.ts';
import type { Project } from '../project/project.ts';
import type { NewResults, RunOptions, Selector } from '../project/types.ts';

/** Of this version; raise it when another version may read what this one could not. */
const CACHE = 'unread-1';
const CUT_OFF = 'cut off';
const MOST_CUT_OFF = 1_000;

type Remembered = Pick<NewResults, 'pending' | 'warnings'> | readonly Key[];

/**
 * `harvestNew` for a moment, for commands that people repeat. This host remembers a run that takes longer than that, and
 * leaves it to other commands: a program of a rule is not started and ended each time. A try that read nothing is not
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
  const cache = openHostCache<Remembered>(project, CACHE);
  const [name, stamp] = [JSON.stringify(selector), stampOf(project)];
  const known = cache.recall(name, stamp) as Pick<NewResults, 'pending' | 'warnings'> | undefined;
  if (known !== undefined) return { lines: [], ...known };
  const tooLong = (cache.recall(CUT_OFF, '') ?? []) as readonly Key[];
  const { harvestNew } = await import('./harvest-new.ts');
  const found = await harvestNew(project, selector, { ...options, forMs, leave: new Set(tooLong) });
  const { lines, pending, busy, warnings, cutOff } = found;
  if (lines.length > 0 || busy) return found;
  if (cutOff === undefined) cache.keep(name, stamp, { pending, warnings });
  else cache.keep(CUT_OFF, '', [...tooLong, cutOff].slice(-MOST_CUT_OFF));
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
