/** What the setups of a test run share. */
import { readFileSync } from 'node:fs';
import type { TestProject } from 'vitest/node';

/** Whether the run has a test file that this is true of. */
export async function runHas(project: TestProject, isIt: (path: string, text: string) => boolean): Promise<boolean> {
  const filters: unknown = Reflect.get(project.vitest, 'filenamePattern');
  const { testFiles } = await project.globTestFiles(Array.isArray(filters) ? filters.map(String) : []);
  return testFiles.some((path) => isIt(path, readFileSync(path, 'utf8')));
}

export function shout(text: string): void {
  const bar = '!'.repeat(100);
  process.stderr.write(`\n${bar}\n!! ${text.replaceAll('\n', '\n!! ')}\n${bar}\n\n`);
}
