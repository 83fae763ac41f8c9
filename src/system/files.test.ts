import { spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../test/support/project-folder.ts';
import { makeFolder, removePath } from './files.ts';

test('a folder is made with its parents, and is fine when it is there', () => {
  const path = join(temporaryFolder(), 'a', 'b', 'c');
  makeFolder(path, 0o700);
  makeFolder(path, 0o700);
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

test('a link to a folder is a folder, and one that leads nowhere is left as it is', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'real'));
  symlinkSync('real', join(folder, 'link'));
  makeFolder(join(folder, 'link'));
  makeFolder(join(folder, 'link', 'inner'));
  expect(lstatSync(join(folder, 'real', 'inner')).isDirectory()).toBe(true);

  symlinkSync('nowhere', join(folder, 'swept'));
  expect(() => makeFolder(join(folder, 'swept', 'inner'))).toThrow(/cannot make .*swept\/inner/);
  expect(readlinkSync(join(folder, 'swept'))).toBe('nowhere');
});

test('processes that make folders in one missing folder at once all succeed', async () => {
  const folder = temporaryFolder();
  const program = `import { existsSync } from 'node:fs';
    import { makeFolder } from '${join(import.meta.dirname, 'files.ts')}';
    const [own, others] = process.argv.slice(1);
    makeFolder('${folder}/ready-' + own);
    while (!existsSync('${folder}/ready-' + others));
    for (let n = 0; n < 500; n += 1) makeFolder('${folder}/' + n + '/' + own);`;
  const argv = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning', '--input-type=module'];
  const said = [
    ['a', 'b'],
    ['b', 'a'],
  ].map(async (names) => {
    const child = spawn(process.execPath, [...argv, '-e', program, ...names], { stdio: ['ignore', 'ignore', 'pipe'] });
    return await text(child.stderr);
  });
  expect(await Promise.all(said)).toEqual(['', '']);
});

test('makeFolder reports a file that is where a folder should be', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  expect(() => makeFolder(join(folder, 'file', 'inner'))).toThrow(/a file is where a folder/);
});

test('makeFolder fails, and does not loop, if the system refuses to make folders', () => {
  // /proc answers "no such file" to every mkdir, as a folder that an automounter serves does.
  const program = `import { makeFolder } from '${join(import.meta.dirname, 'files.ts')}'; makeFolder('/proc/none/inner')`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  expect(child.stderr).toContain('cannot make /proc/none/inner');
});

test('removePath leaves nothing of a folder in which another program replaces files', () => {
  const folder = temporaryFolder();
  const victim = join(folder, 'victim');
  const program = `import { renameSync, unlinkSync, writeFileSync } from 'node:fs';
    writeFileSync('${folder}/ready', '');
    for (let n = 0; ; n += 1) {
      try {
        writeFileSync('${victim}/.' + n, '');
        renameSync('${victim}/.' + n, '${victim}/file');
        unlinkSync('${victim}/file');
      } catch {}
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
  onTestFinished(() => void child.kill('SIGKILL'));
  while (!existsSync(join(folder, 'ready'))) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  const left = Array.from({ length: 200 }, () => {
    mkdirSync(victim);
    for (let n = 0; n < 20; n += 1) writeFileSync(join(victim, `f${n}`), '');
    removePath(victim);
    return existsSync(victim);
  });
  expect(left).not.toContain(true);
});
