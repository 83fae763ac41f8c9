import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { takeSnapshot } from '../../src/provenance/index.ts';
import { temporaryFolder } from '../support/project-folder.ts';
import { checkedOutFiles, commitAll, git, repository, snapshot, snapshotFiles, storeOf, write } from './project.ts';

const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n';

/** What must never be in a snapshot, by its name or by what it holds. */
const SECRETS: Readonly<Record<string, string>> = {
  '.env': 'A=1\n',
  'deploy/.env.production': 'A=1\n',
  id_rsa: 'x',
  'keys/id_ed25519': 'x',
  'server.pem': 'x',
  'tls/host.key': 'x',
  '.netrc': 'x',
  '.pgpass': 'x',
  '.aws/credentials': 'x',
  '.git-credentials': 'x',
  '.pypirc': 'x',
  '.npmrc': '//packages.example.org/:_authToken=abc\n',
  'kaggle.json': '{}',
  'hidden.txt': KEY,
  'old.txt': '-----BEGIN RSA PRIVATE KEY-----\nMII\n',
  '.envrc': 'export A=1\n',
  'conf/prod.env': 'A=1\n',
  'conf/.env/values': 'A=1\n',
  '.wandb_token': 'x',
  '.hub.token': 'x',
  'id_rsa.bak': 'x',
  id_ed25519_cluster: 'x',
  bagged: `Bag Attributes\n    localKeyID: 01\nKey Attributes: <No Attributes>\n${KEY}`,
  'cloud.json': '{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\\nMII"}',
};

const HARMLESS: Readonly<Record<string, string>> = {
  '.env.example': 'A=\n',
  '.env.local.template': 'A=\n',
  'prod.env.example': 'A=\n',
  'example.env': 'A=\n',
  '.envrc.sample': 'A=\n',
  'environment.py': 'e\n',
  'env/model.py': 'e\n',
  'token_utils.py': 't\n',
  'special.token': 't\n',
  'id_rsa_reader.py': 'r\n',
  'id_ed25519_old.pub': 'ssh-ed25519 AAAA\n',
  'test_keys.py': `KEY = '''\n${KEY}'''\n`,
  'sub/.npmrc': 'save-exact=true\n',
  'id_rsa.pub': 'ssh-rsa AAAA\n',
  'about.md': `How a key begins:\n${KEY}`,
  'tokenizer.json': '{"private_key": 3}',
  'keys.py': 'k = "PRIVATE KEY"\n',
};

test('secrets are never in a snapshot, tracked or not, and each one is reported', async () => {
  for (const tracked of [true, false]) {
    const folder = repository({ 'a.py': 'a\n' });
    write(folder, { ...SECRETS, ...HARMLESS });
    if (tracked) commitAll(folder);
    const { record, warnings } = await snapshot(folder);
    expect(Object.keys(await checkedOutFiles(folder, record)).toSorted()).toEqual(
      ['.gitignore', 'a.py', ...Object.keys(HARMLESS)].toSorted(),
    );
    expect(record.leftOut?.map(({ path }) => path)).toEqual(Object.keys(SECRETS).toSorted().slice(0, 20));
    expect(record.leftOutCount).toBe(Object.keys(SECRETS).length);
    expect(warnings.join('\n')).toMatch(/secrets.*\.aws\/credentials.* and \d more.*\n.*private keys/);
    // Asked again, when what was searched is known.
    const again = await snapshot(folder);
    expect(again.record).toEqual(record);
    write(folder, { 'new.py': KEY, 'b.py': 'b\n', 'moved/.npmrc': SECRETS['.npmrc'] ?? '' });
    const more = await snapshot(folder);
    expect(more.record.leftOutCount).toBe(Object.keys(SECRETS).length + 2);
    expect(Object.keys(await checkedOutFiles(folder, more.record))).toContain('b.py');
  }
});

test('what an untracked secret holds does not get into the repository at all', async () => {
  const folder = repository({ 'a.py': 'a\n' });
  git(folder, 'init', '-q', 'lib');
  const own = { 'lib/notes': 'lib key', 'a.py': KEY, 'my notes': `for the cluster:\n${KEY}`, '.env': 'A=hunter2\n' };
  write(folder, { ...own, 'lib/notes': `${KEY}lib\n` });
  const { record } = await snapshot(folder);
  expect(record.leftOut?.map(({ path }) => path)).toEqual(Object.keys(own).toSorted());
  expect(Object.keys(await checkedOutFiles(folder, record))).toEqual(['.gitignore']);
  for (const repo of [folder, join(folder, 'lib')]) {
    const objects = git(repo, 'cat-file', '--batch-all-objects', '--batch-check');
    for (const name of Object.keys(own)) expect(objects).not.toContain(git(folder, 'hash-object', name).trim());
  }
});

test('a record names twenty, and counts all', async () => {
  const folder = repository({ 'a.py': 'a\n' });
  write(folder, Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`s${at}/.env`, 'x'])));
  const { record } = await snapshot(folder);
  expect(record.leftOut).toHaveLength(20);
  expect(record.leftOutCount).toBe(30);
});

test("sheaf's own files, the experiments and what code.link names are out, even when tracked", async () => {
  const folder = repository({
    '.gitignore': '',
    'a.py': 'a\n',
    '.sheaf/x': 'x',
    'experiments/e/run.sh': 'x',
    'data/d.csv': 'd',
    'conf/data/y': 'y\n',
    'database.py': 'd\n',
  });
  write(folder, { 'data/more.csv': 'x'.repeat(1 << 21), 'experiments/f/out.log': 'x'.repeat(1 << 21) });
  const { record, warnings } = await snapshot(folder, { link: ['data', 'none', '../outside', '/etc'] });
  expect(Object.keys(await checkedOutFiles(folder, record)).toSorted()).toEqual([
    '.gitignore',
    'a.py',
    'conf/data/y',
    'database.py',
  ]);
  expect(record.leftOut).toBeUndefined();
  expect(warnings).toEqual([expect.stringContaining('experiments/e/run.sh')]);
});

test('a project reached through a link, with experiments that are a link to scratch', async () => {
  const folder = repository({ '.gitignore': '', 'a.py': 'a\n' });
  const around = temporaryFolder();
  symlinkSync(folder, join(around, 'project'));
  mkdirSync(join(around, 'scratch'));
  symlinkSync(join(around, 'scratch'), join(folder, 'experiments'));
  const project = join(around, 'project');
  expect(Object.keys(await snapshotFiles(project)).toSorted()).toEqual(['.gitignore', 'a.py']);
  const settings = { link: [], copy: [], untrackedLimit: 1 << 20 };
  for (const experiments of [join(project, 'experiments'), join(folder, 'experiments')]) {
    const { record } = await takeSnapshot({ folder: project, experiments, settings, store: storeOf(project) });
    expect(Object.keys(await checkedOutFiles(project, record)).toSorted()).toEqual(['.gitignore', 'a.py']);
  }
});

test('too much that is untracked is refused, with the largest and the choices', async () => {
  const folder = repository({ 'a.py': 'a\n' });
  write(folder, Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`run ${n}.bin`, 'x'.repeat(n * 100_000)])));
  const objects = git(folder, 'count-objects', '-v');
  const refused = await snapshot(folder).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: 'code.untracked',
    exitCode: 2,
    message: expect.stringMatching(
      /^6 untracked files have 2\.0 MiB together, and a code snapshot takes 1\.0 MiB/,
    ) as string,
    problems: [
      {
        why: expect.stringMatching(/^the largest: run 6\.bin \(586 KiB\), .*run 2\.bin \(195 KiB\)$/) as string,
        fix: expect.stringMatching(/\.gitignore.*code\.link.*code\.untracked_limit.*code: live/) as string,
      },
    ],
  });
  expect(git(folder, 'count-objects', '-v')).toBe(objects);
  const one = repository({ 'a.py': 'a\n' });
  write(one, { 'run.bin': 'x'.repeat(2_000_000) });
  await expect(snapshot(one)).rejects.toThrow(/^1 untracked file has 1\.9 MiB, and a code snapshot takes 1\.0 MiB/);
  expect((await snapshot(folder, { untrackedLimit: 3_000_000 })).record.dirty?.untrackedFiles).toBe(6);
});

test('a pipe in place of a file is left out', async () => {
  const folder = repository({ 'a.py': 'a\n', fifo: 'f\n' });
  expect(spawnSync('bash', ['-c', 'rm fifo && mkfifo fifo'], { cwd: folder }).status).toBe(0);
  const { record } = await snapshot(folder);
  expect(record.leftOut).toEqual([{ path: 'fifo', why: 'special_file' }]);
  expect(Object.keys(await checkedOutFiles(folder, record))).not.toContain('fifo');
});

/** Takes a snapshot as an ordinary user. @returns the problem it met, or the warnings */
function asOrdinaryUser(folder: string): {
  code?: string;
  said?: string;
  message?: string;
  fix?: string;
  warnings?: string[];
} {
  const program = `
    import { takeSnapshot } from ${JSON.stringify(fileURLToPath(new URL('../../src/provenance/index.ts', import.meta.url)))};
    const [folder, store] = process.argv.slice(1);
    const settings = { link: [], copy: [], untrackedLimit: 1e6 };
    await takeSnapshot({ folder, experiments: 'experiments', settings, store }).then(
      ({ warnings }) => console.log(JSON.stringify({ warnings })),
      (error) => console.log(JSON.stringify(error.problems?.[0] ?? { message: String(error.stack) })),
    );`;
  const store = temporaryFolder();
  chmodSync(store, 0o777);
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program, '--', folder, store], {
    uid: ORDINARY,
    gid: ORDINARY,
    encoding: 'utf8',
    cwd: '/',
    env: { PATH: process.env['PATH'], HOME: store },
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as ReturnType<typeof asOrdinaryUser>;
}

const ORDINARY = 65_534;
const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)('missing permissions are reported with a remedy', () => {
  const folder = repository({ 'a.py': 'a\n' }, openFolder());
  const own = (path: string): void => void spawnSync('chown', ['-R', `${ORDINARY}:${ORDINARY}`, path]);

  expect(asOrdinaryUser(folder)).toMatchObject({
    code: 'code.git',
    said: expect.stringContaining('dubious ownership') as string,
    fix: expect.stringContaining('safe.directory') as string,
  });

  own(folder);
  write(folder, { 'closed/x': 'x' });
  chmodSync(join(folder, 'closed'), 0);
  expect(asOrdinaryUser(folder).warnings).toEqual([expect.stringContaining('closed/')]);

  write(folder, { 'private.txt': 'p' });
  chmodSync(join(folder, 'private.txt'), 0);
  expect(asOrdinaryUser(folder)).toMatchObject({
    code: 'code.unreadable',
    message: expect.stringContaining('private.txt') as string,
    fix: expect.stringContaining('chmod u+r') as string,
  });
  chmodSync(join(folder, 'private.txt'), 0o644);

  spawnSync('chmod', ['-R', 'a-w', join(folder, '.git/objects')]);
  chownSync(join(folder, '.git/objects'), 0, 0);
  expect(asOrdinaryUser(folder)).toMatchObject({
    code: 'code.git',
    said: expect.stringContaining('insufficient permission') as string,
    fix: expect.stringMatching(/clone of your own.*code: live/) as string,
  });
});

/** One that another user may enter. */
function openFolder(): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  return folder;
}
