import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { checksum, getFileFacts, makeFolder, publishFolder, removePath, replaceFile } from './files.ts';
import { randomId } from './random.ts';

/** Of `node:sea`, with what the oldest Node that sheaf supports lacks: only newer ones run the single file. */
interface Sea {
  readonly getAssetKeys: () => string[];
  readonly getRawAsset: (name: string) => ArrayBuffer;
}

/** Whether sheaf is one executable file with Node inside, see docs/decisions/012-packages.md. */
export function isSingleFile(): boolean {
  return process.getBuiltinModule('node:sea').isSea();
}

/** A file that is part of the single file, by its name there. */
export function readAsset(name: string): Buffer {
  return Buffer.from(sea().getRawAsset(name));
}

/**
 * Writes a folder of the single file into the cache of this user, unless the same folder is there.
 *
 * @returns its path
 * @throws SheafError when it cannot be written
 */
export function unpackAssets(folder: string): string {
  const names = sea()
    .getAssetKeys()
    .filter((name) => name.startsWith(`${folder}/`));
  const sums = names.toSorted().map((name) => `${name} ${checksum(readAsset(name))}`);
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'sheaf');
  const path = join(cache, `${folder}-${checksum(sums.join('\n'))}`);
  if (getFileFacts(path) !== undefined) return path;
  const made = join(cache, `.${folder}-${randomId(8)}`);
  for (const name of names) {
    const file = join(made, name.slice(folder.length + 1));
    makeFolder(dirname(file));
    replaceFile(file, (append) => append(readAsset(name)));
  }
  if (!publishFolder(made, path)) removePath(made);
  return path;
}

function sea(): Sea {
  return process.getBuiltinModule('node:sea') as unknown as Sea;
}
