import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { serveDashboard } from '../../test/support/dashboard-project.ts';
import { sheafArgv } from '../../test/support/sheaf-argv.ts';
import { makeProject } from '../house-commands.ts';
import type { PagePlace } from './place.ts';

/** A project that is made for one measurement. */
export interface OwnProject {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Serves a project of its own while something is measured, and removes it. @param fill makes what pages show */
export async function withOwnProject<T>(
  browser: Browser,
  fill: (project: OwnProject) => Promise<unknown>,
  measure: (place: PagePlace) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
  const path = makeProject(join(folder, 'project'), 0);
  const env = { ...process.env, SHEAF_LOCAL_DIR: join(folder, 'local') };
  mkdirSync(env.SHEAF_LOCAL_DIR, { recursive: true });
  await fill({ path, env });
  const [program, ...words] = sheafArgv();
  const link = [...words, 'serve', '--link', '--json'];
  const served = await serveDashboard({ path, env });
  const newLink = (): string =>
    (JSON.parse(execFileSync(program, link, { cwd: path, env, encoding: 'utf8' })) as { data: { link: string } }).data
      .link;
  try {
    return await measure({ browser, served, newLink, foreign: [] });
  } finally {
    await served.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
