/** `npm run test:interop [-- WORDS]`: only the tests with other people's programs; WORDS are for vitest. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const vitest = join(import.meta.dirname, '../node_modules/.bin/vitest');
const { status } = spawnSync(vitest, ['run', 'test/interop', ...process.argv.slice(2)], {
  env: { ...process.env, SHEAF_TEST_INTEROP: 'require' },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
