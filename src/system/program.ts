import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { getFileFacts, isReadable, readText } from './files.ts';

/** Lists the files of a build with their lengths in bytes. The build writes it into the folder of the files. */
const LIST = 'files.json';

/**
 * The folder of the built command's files; undefined when the sources or the library run, and when the files are in one
 * archive, which is read as a whole at the start (scripts/package/loader.cjs).
 */
const folder: string | undefined = /(?<!\.pack)\/[^/]+\.cjs$/.test(import.meta.filename)
  ? dirname(import.meta.filename)
  : undefined;

/**
 * Finds out whether the built command is whole.
 *
 * @returns the path of a file that is missing, cannot be read or is not as long as it was built; undefined when all are whole
 */
export function damagedFile(): string | undefined {
  if (folder === undefined) return undefined;
  const list = join(folder, LIST);
  if (getFileFacts(list) === undefined) return list;
  for (const [name, bytes] of Object.entries(listedFiles(list))) {
    const path = join(folder, name);
    if (getFileFacts(path)?.size !== bytes || !isReadable(path)) return path;
  }
  return undefined;
}

/**
 * Loads all files of the built command. A command that stays for hours does so at its beginning: it then goes on with
 * its own files when sheaf is built or installed again.
 */
export function loadWholeProgram(): void {
  if (folder === undefined) return;
  const load = createRequire(import.meta.filename);
  // By the names that the files themselves use: Node then finds them again without looking at the folder.
  for (const name of Object.keys(listedFiles(join(folder, LIST)))) if (name.endsWith('.cjs')) load(`./${name}`);
}

function listedFiles(list: string): Readonly<Record<string, number>> {
  return JSON.parse(readText(list)) as Record<string, number>;
}
