import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';

/** The Python whose packages read what we write; see `npm run test:interop`. */
const python: string | undefined = process.env['SHEAF_TEST_INTEROP_PYTHON'];

/** What a Python program prints as JSON. */
export type RunPython = (program: string, ...words: string[]) => unknown;

/** Tests beside real Python packages; without a Python that has them a single skipped test says why. */
export function describePython(name: string, packages: readonly string[], tests: (run: RunPython) => void): void {
  describe(`beside ${packages.join(', ')}: ${name}`, () => {
    const why = whyNot(packages);
    if (why !== undefined) return skipped(why);
    tests((program, ...words) => JSON.parse(runPython(program, words)));
  });
}

function whyNot(packages: readonly string[]): string | undefined {
  if (python === undefined) return `SHEAF_TEST_INTEROP_PYTHON names no Python that has ${packages.join(', ')}`;
  try {
    runPython(`import ${packages.join(', ')}`, []);
    return undefined;
  } catch (error) {
    return `${python} cannot import ${packages.join(', ')}: ${String(error)}`;
  }
}

function runPython(program: string, words: readonly string[]): string {
  return execFileSync(python ?? '', ['-c', program, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** One test that stands for those that cannot run, and says why. */
function skipped(why: string): void {
  test(`not run: ${why}`, (context) => {
    context.skip(why);
    expect.unreachable();
  });
}
