import { readWebFiles } from '../../system/index.ts';

/** A file of the page, as it is sent. */
export interface Asset {
  readonly bytes: Uint8Array;
  readonly type: string;
  /** Its name has a hash of what is in it: a browser may keep it forever. */
  readonly isHashed: boolean;
}

const TYPES: { readonly [ending: string]: string } = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
};

/**
 * All files of the page by their paths, read once: what is not in this map does not exist, so that no path of a request
 * ever reaches the file system. The page itself has the empty path.
 */
export function readAssets(): ReadonlyMap<string, Asset> {
  return new Map(
    [...readWebFiles()].map(([path, bytes]) => [
      path === 'index.html' ? '' : path,
      {
        bytes,
        type: TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
        isHashed: path.startsWith('assets/'),
      },
    ]),
  );
}
