/** The Python of the tests with other people's programs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeEnvironment } from './python-environment.ts';

const requirements: string = join(import.meta.dirname, '../test/interop/requirements.txt');

/**
 * Makes an environment with exactly the packages of test/interop/requirements.txt, or finds it.
 *
 * @param say told what takes time
 * @returns its Python
 * @throws with what `python3 -m venv` or pip said
 */
export function interopPython(say: (text: string) => void): string {
  return makeEnvironment(
    {
      name: 'sheaf-interop',
      contents: readFileSync(requirements, 'utf8'),
      base: 'python3',
      install: ['--no-deps', '-r', requirements],
    },
    say,
  );
}
