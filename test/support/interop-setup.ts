/**
 * The Python of a test run whose files read with other people's programs what sheaf wrote.
 *
 * `SHEAF_TEST_INTEROP=require`, as in `npm run check:full` and `npm run test:interop`, makes one with exactly the packages of
 * `test/interop/requirements.txt`, or uses the one that was made for them. `SHEAF_TEST_INTEROP_PYTHON` names one of
 * your own. Without either these tests are skipped.
 */
import type { TestProject } from 'vitest/node';
import { interopPython } from '../../scripts/interop-python.ts';
import { runHas, shout } from './setup-words.ts';

export interface ProvidedPython {
  /** The program. */
  readonly python?: string;
  readonly why?: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    interop: ProvidedPython;
  }
}

const PYTHON = 'SHEAF_TEST_INTEROP_PYTHON';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const nothing = async () => undefined;
  const isNeeded = await runHas(project, (path, text) => /\/test\/interop\/|support\/interop'/.test(path + text));
  const isRequired = process.env['SHEAF_TEST_INTEROP'] === 'require';
  if (isNeeded && (isRequired || process.env[PYTHON])) {
    const python = process.env[PYTHON] || interopPython((text) => process.stderr.write(`${text}\n`));
    process.env[PYTHON] = python;
    project.provide('interop', { python });
    return nothing;
  }
  const why = isNeeded ? 'npm run test:interop runs them' : 'no file of this run is one of them';
  project.provide('interop', { why });
  return isNeeded
    ? async () => shout(`The tests with pandas, TensorBoard, MLflow, W&B and others were SKIPPED: ${why}`)
    : nothing;
}
