import { decodeBytePath } from '../../../format/file-names.ts';

/** What of the folder of an experiment is on screen. */
export interface FilePlace {
  readonly kind: 'folder' | 'file';
  /** One character a byte, as lists of files have it; empty for the folder of the experiment. */
  readonly path: string;
  /** The folders on the way to it and itself, with the setting that shows each. */
  readonly steps: readonly { readonly name: string; readonly setting: string }[];
}

/** Reads the setting `path`: `attempts/train-1/` is a folder, `attempts/train-1/out.log` is a file. */
export function readFilePlace(setting: string | null): FilePlace {
  const given = setting ?? '';
  const isFolder = given === '' || given.endsWith('/');
  const path = isFolder ? given.slice(0, -1) : given;
  const names = path === '' ? [] : path.split('/');
  const steps = names.map((name, i) => ({
    name: decodeBytePath(name),
    setting: `${names.slice(0, i + 1).join('/')}${isFolder || i < names.length - 1 ? '/' : ''}`,
  }));
  return { kind: isFolder ? 'folder' : 'file', path, steps };
}
