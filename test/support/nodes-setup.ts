/**
 * The Nodes of `test/nodes/package.json`, beside the one of the package, of a test run that starts sheaf with them.
 *
 * `SHEAF_TEST_NODES=require`, as in `npm run test:nodes` and `npm run check:full`, installs them. Without it they are used
 * when they are there; otherwise their tests are skipped.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { runHas, shout } from './setup-words.ts';

/** `lowest` is the one that package.json promises. */
export type NodeName = 'lowest' | 'newest';

/** The program of each; absent when it is not installed. */
export type ProvidedNodes = Partial<Record<NodeName, string>>;

declare module 'vitest' {
  interface ProvidedContext {
    nodes: ProvidedNodes;
  }
}

const folder: string = join(import.meta.dirname, '../nodes');

export default async function setup(project: TestProject): Promise<void> {
  const isNeeded = await runHas(project, (_, text) => text.includes("support/nodes.ts'"));
  if (isNeeded && process.env['SHEAF_TEST_NODES'] === 'require' && !areInstalled()) install();
  const nodes: ProvidedNodes =
    isNeeded && areInstalled() ? { lowest: programOf('lowest'), newest: programOf('newest') } : {};
  project.provide('nodes', nodes);
  if (isNeeded && nodes.lowest === undefined)
    shout('The tests with the lowest and the newest Node are SKIPPED: npm run test:nodes installs and runs them');
}

/** The lock file that npm leaves in the folder has what it installed. */
function areInstalled(): boolean {
  const { optionalDependencies: wanted } = readJson('package.json') as { optionalDependencies: Record<string, string> };
  return (['lowest', 'newest'] as const).every((name) => {
    const path = `node_modules/${packageOf(name)}/package.json`;
    if (!existsSync(join(folder, path)) || !existsSync(programOf(name))) return false;
    const { version } = readJson(path) as { version: string };
    return wanted[packageOf(name)]?.endsWith(`@${version.replace(/^v/, '')}`) === true;
  });
}

function install(): void {
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0 || !areInstalled()) throw new Error(`npm ci in ${folder} did not install the Nodes`);
}

function packageOf(name: NodeName): string {
  return `${name}-${process.arch}`;
}

function programOf(name: NodeName): string {
  return join(folder, 'node_modules', packageOf(name), 'bin/node');
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(folder, path), 'utf8'));
}
