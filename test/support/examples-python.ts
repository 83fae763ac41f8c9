/**
 * Tests that train the examples with PyTorch.
 *
 * `SHEAF_TEST_EXAMPLES_PYTHON` names a Python that has their packages. Otherwise it is the environment of
 * `node scripts/examples-python.ts`, which `SHEAF_TEST_EXAMPLES=require` makes first. Without either they are skipped.
 * `SHEAF_TEST_EXAMPLES=image`, as in CI, does the same for this example with its packages, and skips the others.
 */
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findExamplesPython, makeExamplesPython } from '../../scripts/examples-python.ts';

const WHY = 'there is no Python with the packages of the examples: node scripts/examples-python.ts makes one';

const OTHER = 'SHEAF_TEST_EXAMPLES names another example';

const wish = process.env['SHEAF_TEST_EXAMPLES'];

function choosePython(): string | undefined {
  const named = process.env['SHEAF_TEST_EXAMPLES_PYTHON'];
  if (named) return named;
  const say = (text: string): unknown => process.stderr.write(`${text}\n`);
  if (wish === 'require') return makeExamplesPython(say);
  return findExamplesPython() ?? (wish ? makeExamplesPython(say, wish) : undefined);
}

/**
 * Tests with that Python; without one, a single skipped test says why.
 *
 * @param name of the example: that of its folder
 * @param tests gets its path, and the `PATH` of a shell in which it is `python3`
 */
export function describeWithTorch(name: string, tests: (python: string, path: string) => void): void {
  const isMeant = !wish || wish === 'require' || wish === name;
  const python = isMeant ? choosePython() : undefined;
  const why = isMeant ? WHY : OTHER;
  describe(`with PyTorch: the ${name} example`, () => {
    if (python !== undefined) return tests(python, `${dirname(python)}:${process.env['PATH'] ?? ''}`);
    test(`not run: ${why}`, (context) => {
      process.stderr.write(`\nThe tests of the ${name} example were SKIPPED: ${why}\n`);
      context.skip(why);
      expect.unreachable();
    });
  });
}
