import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const web = join(import.meta.dirname, '../../dist/web');

/** Bytes of the files as they are sent. */
function sum(paths: readonly string[]): number {
  return paths.reduce((bytes, path) => bytes + statSync(join(web, `${path}.gz`)).size, 0);
}

test('the page stays small: 220 KB compressed before something is shown, and 360 KB in all', () => {
  const page = readFileSync(join(web, 'index.html'), 'utf8');
  const first = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, path = '']) => path);
  expect(first.some((path) => path.endsWith('.js'))).toBe(true);
  expect(sum(['index.html', ...first])).toBeLessThanOrEqual(220_000);
  expect(sum(['index.html', ...globSync('assets/*.{js,css,svg}', { cwd: web })])).toBeLessThanOrEqual(360_000);
});

test('the notices of what the page contains come with it', () => {
  const notices = readFileSync(join(web, 'LICENSES.txt'), 'utf8');
  for (const name of ['react', 'react-dom', '@tanstack/query-core', 'wouter']) expect(notices).toContain(name);
});
