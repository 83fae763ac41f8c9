import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testFolder, type Ran, type TestFolder } from '../support/run-sheaf.ts';

/** Two users without a name, who have a group in common. */
const [FIRST, SECOND, GROUP] = [64_101, 64_102, 64_100];

/** Commands of one of them, with the umask that most systems give: their group may not write. */
function asUser(folder: TestFolder, uid: number): (...words: readonly string[]) => Promise<Ran> {
  const own = join(dirname(folder.path), `user-${uid}`);
  for (const path of [own, join(own, 'home'), join(own, 'local')]) {
    mkdirSync(path);
    chownSync(path, uid, uid);
  }
  const env = {
    HOME: join(own, 'home'),
    SHEAF_LOCAL_DIR: join(own, 'local'),
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
  };
  const become = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, `--groups=${GROUP}`, '--'] as const;
  return async (...words) => await folder.run([...become, 'sh', '-c', 'umask 022; exec "$@"', 'sh', ...words], { env });
}

/** A folder that the group of both may write into, as an administrator makes it. */
function groupFolder(files: Readonly<Record<string, string>>): TestFolder {
  const folder = testFolder(files);
  spawnSync('chown', ['-R', `${FIRST}:${GROUP}`, folder.path]);
  spawnSync('chmod', ['-R', 'g+rwX', folder.path]);
  spawnSync('chmod', ['2770', folder.path]);
  spawnSync('chmod', ['755', dirname(folder.path)]);
  return folder;
}

const TEMPLATE = `seed: 0
code: live
command: |
  echo {{ flags }}
  test -e "$SHEAF_PROJECT/repaired" && echo '{"accuracy": 0.5}' > "$SHEAF_OUT/metrics.json"
harvest: { accuracy: { json: metrics.json, path: accuracy } }
`;

async function good(ran: Promise<Ran>): Promise<string> {
  const { exitCode, stderr, stdout } = await ran;
  expect(exitCode, `${stderr}${stdout}`).toBe(0);
  return stdout;
}

describe.skipIf(process.getuid?.() !== 0)('a project that two users share (needs root)', () => {
  test('lets each go on with what the other made', async () => {
    const folder = groupFolder({ 'templates/t.yaml': TEMPLATE });
    const [first, second] = [asUser(folder, FIRST), asUser(folder, SECOND)];
    await good(first('sheaf', 'init', '--shared', '--scheduler', 'local'));
    await good(first('sheaf', 'new', '--template', 't', '--exp-id', 'one'));
    await good(first('sheaf', 'submit', 'one'));
    await first('sheaf', 'wait', 'one');
    expect(await good(second('sheaf', 'list'))).toContain('one\tfailed');

    await good(second('touch', 'repaired'));
    await good(second('sheaf', 'retry', 'one'));
    expect(await good(second('sheaf', 'wait', 'one'))).toContain('Harvested 1 of 1');
    expect(statSync(join(folder.path, 'experiments/one/attempts/train-2')).uid).toBe(SECOND);
    await good(second('sheaf', 'new', '--template', 't', '--exp-id', 'two'));

    expect(await good(first('sheaf', 'list', '--columns', 'exp_id,accuracy'))).toContain('one\t0.5');
    await good(first('sheaf', 'submit', 'two'));
    await good(first('sheaf', 'wait', 'two'));
    await good(first('sheaf', 'harvest', '--all'));
    expect(await good(first('sheaf', 'list', '--columns', 'exp_id,accuracy'))).toContain('two\t0.5');
    expect(await good(second('sheaf', 'doctor'))).toContain('No problems found');
  }, 60_000);

  test('runs a program that reads results only for whose experiment it is', async () => {
    const program = `echo '{"reader": '$(id -u)'}'`;
    const template = `command: 'true'\nharvest:\n  reader:\n    exec: |\n      ${program}\n`;
    const folder = groupFolder({ 'templates/t.yaml': template });
    const [first, second] = [asUser(folder, FIRST), asUser(folder, SECOND)];
    await good(first('sheaf', 'init', '--shared', '--scheduler', 'local'));
    await good(second('sheaf', 'new', '--template', 't', '--exp-id', 'one'));
    await good(second('sheaf', 'submit', 'one'));
    await good(second('sheaf', 'wait', 'one', '--no-harvest'));
    expect(await first('sheaf', 'status', 'one')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await good(first('sheaf', 'wait', 'one'))).not.toContain('Harvested');
    expect(await good(second('sheaf', 'wait', 'one'))).toContain('Harvested 1 of 1: reader');
    expect(await good(first('sheaf', 'list', '--columns', 'exp_id,reader'))).toContain(`one\t${SECOND}`);
  }, 60_000);

  test('is shared only when that was asked for, whatever the folder around is', async () => {
    const folder = groupFolder({});
    const first = asUser(folder, FIRST);
    await good(first('sheaf', 'init', 'own', '--scheduler', 'local'));
    await good(first('sheaf', 'template', 'new', 't', '--project', 'own'));
    for (const path of ['.sheaf', '.sheaf/journal', 'templates', 'experiments'])
      expect(statSync(join(folder.path, 'own', path)).mode & 0o022, path).toBe(0);
  });
});
