/** What the setups of a test run share. */
import { readFileSync } from 'node:fs';
import type { TestProject } from 'vitest/node';

/** Whether a file of the run imports from a path with this in it. */
export async function importsSupport(project: TestProject, path: string): Promise<boolean> {
  const filters: unknown = Reflect.get(project.vitest, 'filenamePattern');
  const { testFiles } = await project.globTestFiles(Array.isArray(filters) ? filters.map(String) : []);
  return testFiles.some((file) => readFileSync(file, 'utf8').includes(path));
}

export function shout(text: string): void {
  const bar = '!'.repeat(100);
  process.stderr.write(`\n${bar}\n!! ${text.replaceAll('\n', '\n!! ')}\n${bar}\n\n`);
}
