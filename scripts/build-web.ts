import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { run } from './run-program.ts';

/** What fits into one packet arrives no sooner when it is smaller. */
const LEAST_BYTES = 1400;

/**
 * Builds the page of the dashboard: `src/web` with all its libraries, and compressed twins beside its files, `.br` and
 * `.gz`, as small as they get; and the script and styles of reports.
 *
 * @param folder the repository, or the files of a commit of it
 * @param into absolute
 */
export function buildWeb(folder: string, into: string): void {
  run('node_modules/.bin/vite', ['build'], { cwd: folder, env: { SHEAF_WEB_FOLDER: into } });
  for (const path of globSync('**/*.{css,html,js,svg,txt}', { cwd: into })) {
    const bytes = readFileSync(join(into, path));
    if (bytes.length < LEAST_BYTES) continue;
    writeFileSync(join(into, `${path}.br`), brotliCompressSync(bytes));
    writeFileSync(join(into, `${path}.gz`), gzipSync(bytes, { level: 9 }));
  }
  // No browser asks for it.
  run('node_modules/.bin/vite', ['build', '--mode', 'report'], { cwd: folder, env: { SHEAF_WEB_FOLDER: into } });
}
