import { join } from 'node:path';
import { readTextIfThere, sameContent } from '../../system/index.ts';
import type { HarvestRequest } from '../base/request.ts';

/**
 * Tells files of the code from results. A job runs in a copy of its code and takes the unchanged files away at its end;
 * while it runs, or when it was killed, they still lie among what it wrote.
 *
 * @param folder of an attempt, inside the experiment's folder
 * @returns whether a path inside the experiment's folder is an unchanged file of the code
 */
export function makeCodeFileTest(
  { projectFolder, experimentFolder }: HarvestRequest,
  folder: string,
): (path: string) => boolean {
  const [checkout = ''] = (readTextIfThere(join(experimentFolder, folder, 'work.code')) ?? '').split('\0');
  if (checkout === '') return () => false;
  const work = join(folder, 'work/');
  return (path) =>
    path.startsWith(work) &&
    sameContent(join(experimentFolder, path), join(projectFolder, checkout, path.slice(work.length)));
}
