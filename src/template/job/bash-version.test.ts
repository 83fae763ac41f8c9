import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { BASH_VERSION } from '../wrapper/bash-version.ts';

/** What the piece of the wrapper says and sets in a bash of this version. */
function checked(version: string): string {
  // Bash does not let anyone set its own version.
  const piece = BASH_VERSION.replaceAll('BASH_VERSINFO', 'played_version');
  const script = `played_version=(${version.replaceAll('.', ' ')}) sheaf_host=node7
sheaf_say() { printf 'sheaf: %s\\n' "$1"; }
${piece}
sheaf_check_bash
printf '%s,%s\\n' "$sheaf_bash" "$sheaf_old_bash"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' });
}

test.each(['4.2.46', '4.3.48', '3.2.57'])('a job says in its log what may not work in bash %s', (version) => {
  expect(checked(version)).toBe(
    `sheaf: bash ${version} on node7 is older than 4.4: the program may not be told to save before its time limit\n${version},yes\n`,
  );
});

test.each(['4.4.20', '5.0.17', '5.2.37', '10.0.1'])(
  'a job says nothing of bash %s, and knows its version',
  (version) => {
    expect(checked(version)).toBe(`${version},\n`);
  },
);
