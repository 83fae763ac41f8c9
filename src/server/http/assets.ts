import { readWebFiles, type ServedAnswer, type ServedRequest } from '../../system/index.ts';
import { answerWith } from './answers.ts';

/** A file of the page, as it is sent. */
export interface Asset {
  readonly bytes: Uint8Array;
  /** The same, compressed at the build, by the name of the encoding. */
  readonly compressed: ReadonlyMap<string, Uint8Array>;
  readonly type: string;
  /** Its name has a hash of what is in it: a browser may keep it forever. */
  readonly isHashed: boolean;
}

/** By its path without `/` in front; the page itself has the empty path. */
export type Assets = ReadonlyMap<string, Asset>;

const TYPES: { readonly [ending: string]: string } = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
};

/** The endings of compressed twins, the smaller one first. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/**
 * All files of the page, read once: what is not in this map does not exist, so that no path of a request ever reaches the
 * file system.
 */
export function readAssets(): Assets {
  const files = readWebFiles();
  const isTwin = (path: string): boolean => ENCODINGS.some(([, ending]) => path.endsWith(ending));
  const paths = [...files.keys()].filter((path) => !isTwin(path));
  return new Map(paths.map((path) => [path === 'index.html' ? '' : path, toAsset(path, files)]));
}

function toAsset(path: string, files: ReadonlyMap<string, Uint8Array>): Asset {
  return {
    bytes: files.get(path) ?? new Uint8Array(),
    compressed: new Map(
      ENCODINGS.flatMap(([encoding, ending]) => {
        const twin = files.get(path + ending);
        return twin === undefined ? [] : [[encoding, twin] as const];
      }),
    ),
    type: TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
    isHashed: path.startsWith('assets/'),
  };
}

/** Sends a file of the page, compressed if the browser can take it so. */
export function answerAsset({ bytes, compressed, type, isHashed }: Asset, { headers }: ServedRequest): ServedAnswer {
  const accepted = (headers['accept-encoding'] ?? '').split(',').map((each) => each.split(';', 1)[0]?.trim());
  const encoding = ENCODINGS.map(([name]) => name).find((name) => accepted.includes(name) && compressed.has(name));
  return answerWith(
    200,
    {
      'content-type': type,
      vary: 'accept-encoding',
      'cache-control': isHashed ? 'private, max-age=31536000, immutable' : 'no-cache',
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    },
    (encoding && compressed.get(encoding)) ?? bytes,
  );
}
