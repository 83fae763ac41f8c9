/**
 * Properties are tried with the same values in every run, so that a test that fails says something of the change at hand.
 * `SHEAF_TEST_SEED=random`, as in `npm run check:full`, tries others; a number, as a failed test prints it, those again.
 */
import fc from 'fast-check';

const seed = process.env['SHEAF_TEST_SEED'] ?? '20261202';
if (seed !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
