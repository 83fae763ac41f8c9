import { dirname, join } from 'node:path';
import { checksum, getFileFacts, makeFolder, writeAtomic } from '../../system/index.ts';
import type { Project } from '../project/project.ts';

/** Where the program that records the environment of a run is, relative to the project: another text, another file. */
export function writeRecorder(text: string): string {
  return `.sheaf/lib/recorder-${checksum(text)}.sh`;
}

/** Puts it where jobs find it. One file serves all of them. */
export async function placeRecorder({ root }: Project): Promise<void> {
  const { RECORDER } = await import('../../template/index.ts');
  const path = join(root, writeRecorder(RECORDER));
  if (getFileFacts(path) !== undefined) return;
  // The lists of packages that it writes, each once for all users.
  makeFolder(join(root, '.sheaf/packages'));
  makeFolder(dirname(path));
  writeAtomic(path, RECORDER);
}
