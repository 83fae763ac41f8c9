/**
 * Tests that train the examples with PyTorch.
 *
 * `SHEAF_TEST_EXAMPLES_PYTHON` names a Python that has their packages. Otherwise it is the environment of
 * `node scripts/examples-python.ts`, which `SHEAF_TEST_EXAMPLES=require`, as in CI, makes first. Without either they are
 * skipped.
 */
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findExamplesPython, makeExamplesPython } from '../../scripts/examples-python.ts';

const WHY = 'there is no Python with the packages of the examples: node scripts/examples-python.ts makes one';

function choosePython(): string | undefined {
  const named = process.env['SHEAF_TEST_EXAMPLES_PYTHON'];
  if (named) return named;
  const isRequired = process.env['SHEAF_TEST_EXAMPLES'] === 'require';
  return isRequired ? makeExamplesPython((text) => process.stderr.write(`${text}\n`)) : findExamplesPython();
}

/**
 * Tests with that Python; without one, a single skipped test says why.
 *
 * @param tests gets its path, and the `PATH` of a shell in which it is `python3`
 */
export function describeWithTorch(name: string, tests: (python: string, path: string) => void): void {
  const python = choosePython();
  describe(`with PyTorch: ${name}`, () => {
    if (python !== undefined) return tests(python, `${dirname(python)}:${process.env['PATH'] ?? ''}`);
    test(`not run: ${WHY}`, (context) => {
      process.stderr.write(`\nThe tests "${name}" were SKIPPED: ${WHY}\n`);
      context.skip(WHY);
      expect.unreachable();
    });
  });
}
