import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const webFolder: string = join(import.meta.dirname, '../../dist/web');

/** What the built page takes on the wire, in bytes. */
export interface PageSizes {
  /** Before each page is shown for the first time, by the name of its script. */
  readonly first: ReadonlyMap<string, number>;
  readonly all: number;
}

export function measurePageSizes(): PageSizes {
  const html = readFileSync(join(webFolder, 'index.html'), 'utf8');
  const shell = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, path = '']) => path);
  const pages = globSync('assets/*-page-*.js', { cwd: webFolder });
  return {
    first: new Map(pages.map((page) => [page, sum(new Set(['index.html', ...shell, ...withImports(page)]))])),
    all: sum(['index.html', ...globSync('assets/*.{js,css,svg}', { cwd: webFolder })]),
  };
}

/** Bytes of files as they are sent; small ones are sent as they are. */
function sum(paths: Iterable<string>): number {
  const size = (path: string): number =>
    statSync(join(webFolder, existsSync(join(webFolder, `${path}.gz`)) ? `${path}.gz` : path)).size;
  return [...paths].reduce((bytes, path) => bytes + size(path), 0);
}

/** A script, and all scripts that it cannot begin without. */
function withImports(path: string): Set<string> {
  const found = new Set([path]);
  for (const each of found) {
    const text = readFileSync(join(webFolder, each), 'utf8');
    for (const [, name] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) found.add(`assets/${name}`);
  }
  return found;
}
