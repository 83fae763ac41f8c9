import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeEnvironment } from '../../scripts/python-environment.ts';

const requirements = join(import.meta.dirname, 'requirements.txt');

/** A Python that has exactly the packages of requirements.txt, made once. @throws with what `python3 -m venv` or pip said */
export function findPython(): string {
  return makeEnvironment(
    {
      name: 'sheaf-bench-search',
      contents: readFileSync(requirements, 'utf8'),
      base: 'python3',
      install: ['-r', requirements],
    },
    (text) => process.stderr.write(`${text}\n`),
  );
}
