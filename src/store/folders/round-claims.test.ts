import { spawnSync } from 'node:child_process';
import { lutimesSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/project-folder.ts';
import { makeFolder, ownerText } from '../../system/index.ts';
import { openClaims, type Claims } from './claims.ts';
import { projectPaths } from './paths.ts';

function open(): { readonly claims: Claims; readonly folder: string; readonly root: string } {
  const root = temporaryFolder();
  const paths = projectPaths(root, join(root, 'experiments'));
  const folder = join(paths.claims, 'rounds', 's');
  makeFolder(folder);
  return { claims: openClaims(paths), folder, root };
}

/** Claims a round in a process of its own, which ends at once. @returns what it says of it */
function takeElsewhere(root: string, round: number, env: Record<string, string> = {}): string {
  const module = join(import.meta.dirname, 'claims.ts');
  const paths = join(import.meta.dirname, 'paths.ts');
  const text = `import { openClaims } from ${JSON.stringify(module)};
    import { projectPaths } from ${JSON.stringify(paths)};
    const claims = openClaims(projectPaths(process.argv[1], process.argv[1]));
    process.stdout.write(claims.takeRound('s', Number(process.argv[2])) === undefined ? 'held' : 'taken');`;
  // The lowest Node that sheaf runs on reads TypeScript only with the flag.
  const argv = ['--experimental-strip-types', '--input-type=module', '--eval', text, root, String(round)];
  return spawnSync(process.execPath, argv, { env: { ...process.env, ...env }, encoding: 'utf8' }).stdout;
}

test('of two processes one decides a round, until that one lets go of it', () => {
  const { claims, folder, root } = open();
  const claim = claims.takeRound('s', 1);
  expect(claim).toBeDefined();
  expect(takeElsewhere(root, 1)).toBe('held');
  expect(claims.takeRound('s', 1)).toBeUndefined();
  expect(takeElsewhere(root, 2)).toBe('taken');
  claim?.drop();
  expect(readdirSync(folder)).toEqual(['2']);
  expect(takeElsewhere(root, 1)).toBe('taken');
});

test('the round of a process that is gone is taken over by one other, and its link stays', () => {
  const { claims, folder, root } = open();
  expect(takeElsewhere(root, 1)).toBe('taken');
  const claim = claims.takeRound('s', 1);
  expect(readdirSync(folder).toSorted()).toEqual(['1', '1.2']);
  expect(readlinkSync(join(folder, '1.2'))).toContain(ownerText());
  expect(claims.takeRound('s', 1)).toBeUndefined();
  claim?.drop();
  expect(readdirSync(folder)).toEqual(['1']);
});

test('the round of a process on another host, which may still live, is taken over after 10 minutes', () => {
  const { claims, folder, root } = open();
  expect(takeElsewhere(root, 1, { SHEAF_TEST_HOST: 'login9' })).toBe('taken');
  expect(claims.takeRound('s', 1)).toBeUndefined();
  const age = (minutes: number): void => {
    const atS = Date.now() / 1_000 - minutes * 60;
    lutimesSync(join(folder, '1'), atS, atS);
  };
  age(9);
  expect(claims.takeRound('s', 1)).toBeUndefined();
  age(11);
  expect(claims.takeRound('s', 1)).toBeDefined();
});

test('names of sweeps with dots and numbers do not meet', () => {
  const { claims } = open();
  expect(claims.takeRound('a', 1)).toBeDefined();
  expect(claims.takeRound('a.1', 1)).toBeDefined();
  expect(claims.takeRound('a.1', 2)).toBeDefined();
});

test('a process that still lives and has not decided for 10 minutes loses its round, also on this host', () => {
  const { claims, folder } = open();
  symlinkSync(`token ${ownerText()}`, join(folder, '1'));
  expect(claims.takeRound('s', 1)).toBeUndefined();
  lutimesSync(join(folder, '1'), 1, 1);
  expect(claims.takeRound('s', 1)).toBeDefined();
});
