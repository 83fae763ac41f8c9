import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const web = join(import.meta.dirname, '../../dist/web');

/** Bytes of files as they are sent; small ones are sent as they are. */
function sum(paths: Iterable<string>): number {
  const size = (path: string): number =>
    statSync(join(web, existsSync(join(web, `${path}.gz`)) ? `${path}.gz` : path)).size;
  return [...paths].reduce((bytes, path) => bytes + size(path), 0);
}

/** A script, and all scripts that it cannot begin without. */
function withImports(path: string): Set<string> {
  const found = new Set([path]);
  for (const each of found) {
    const text = readFileSync(join(web, each), 'utf8');
    for (const [, name] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) found.add(`assets/${name}`);
  }
  return found;
}

test('the page stays small: 220 KB compressed before the first page is shown, and 360 KB in all', () => {
  const html = readFileSync(join(web, 'index.html'), 'utf8');
  const shell = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, path = '']) => path);
  const pages = globSync('assets/*-page-*.js', { cwd: web });
  expect(pages.length).toBeGreaterThan(3);
  for (const page of pages) {
    expect(sum(new Set(['index.html', ...shell, ...withImports(page)])), page).toBeLessThanOrEqual(220_000);
  }
  expect(sum(['index.html', ...globSync('assets/*.{js,css,svg}', { cwd: web })])).toBeLessThanOrEqual(360_000);
});

test('the notices of what the page contains come with it', () => {
  const notices = readFileSync(join(web, 'LICENSES.txt'), 'utf8');
  for (const name of ['react', 'react-dom', '@tanstack/query-core', 'wouter']) expect(notices).toContain(name);
});
