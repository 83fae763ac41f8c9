import { join } from 'node:path';

/** A path as git and the file system have it: parts joined by `/`, one character a byte, since names need not be UTF-8. */
export type BytePath = string;

/** For people. */
export function formatBytePath(path: BytePath): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}

export function toBytePath(text: string): BytePath {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Where it is on disk. */
export function joinBytePath(folder: string, path: BytePath): Buffer {
  return Buffer.concat([Buffer.from(join(folder, '/')), Buffer.from(path, 'latin1')]);
}

/** Whether a path is `folder` or lies in it. `''` is the folder of all. */
export function isWithin(path: BytePath, folder: BytePath): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

export function getBaseName(path: BytePath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
