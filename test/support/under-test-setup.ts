/** Says at the beginning of a test run which sheaf it starts, if that is not the one of this clone. */
import { spawnSync } from 'node:child_process';
import { OF_CLONE } from '../../scripts/test-files.ts';
import { shout } from './setup-words.ts';
import { installedUnderTest } from './sheaf-argv.ts';

/** @throws Error when `SHEAF_UNDER_TEST` does not start */
export default function setup(): void {
  const sheaf = installedUnderTest();
  if (sheaf === undefined) return;
  const { status, stdout, stderr, error } = spawnSync(sheaf, ['--version'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`SHEAF_UNDER_TEST=${sheaf} does not start: ${error?.message ?? stderr}`);
  shout(`All tests start ${sheaf} (${stdout.trim()}). Tests of the clone itself are SKIPPED: ${OF_CLONE.join(', ')}`);
}
