import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { machine } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { temporaryFolder } from '../support/project-folder.ts';
import { playSite } from '../support/slurm-player/player.ts';
import { testFolder, type Ran, type TestFolder } from '../support/run-sheaf.ts';

interface Finding {
  readonly level: 'ok' | 'note' | 'repaired' | 'problem';
  readonly what: string;
  readonly fix: string | null;
}

/** The finding that these words are in. */
async function found(folder: TestFolder, words: RegExp, env: Readonly<Record<string, string>> = {}): Promise<Finding> {
  const { stdout } = await folder.sheaf(['doctor', '--install', '--json'], { env });
  const { data } = JSON.parse(stdout) as { data: Finding[] };
  const finding = data.find(({ what }) => words.test(what));
  if (finding === undefined)
    throw new Error(`no finding of ${data.map(({ what }) => what).join('\n')} matches ${words}`);
  return finding;
}

/** Runs a script that may mount what it likes, which nobody else sees. */
function withMounts(folder: TestFolder, script: string): Promise<Ran> {
  return folder.run(['unshare', '--mount', '--map-root-user', 'bash', '-c', script]);
}

async function canMount(folder: TestFolder): Promise<boolean> {
  return (await withMounts(folder, 'mount -t tmpfs none /mnt')).exitCode === 0;
}

test('doctor --install finds no problem here, outside of a project', async () => {
  const { stdout, stderr, exitCode } = await testFolder().sheaf(['doctor', '--install']);
  expect({ stderr, exitCode }, stdout).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout).toMatch(new RegExp(`^✓ sheaf ${manifest.version}, installed (?:from|with|as) `));
  expect(stdout).toMatch(/^✓ Node \d+\.\d+\.\d+ .*\(sheaf needs 22\.13\)$/m);
  expect(stdout).toMatch(/^✓ views of projects are kept in /m);
  expect(stdout).toMatch(/^✓ bash \d+\.\d+/m);
  expect(stdout).toMatch(/^No problems found\.$/m);
});

test('--version --verbose says how sheaf was installed and how a newer one is', async () => {
  const folder = testFolder();
  const { stdout, exitCode } = await folder.sheaf(['--version', '-v']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    new RegExp(`^sheaf ${manifest.version}\n {2}installed {2}\\S.+\n {2}node {7}\\d+\\..+\n {2}update {5}\\S.+\n$`),
  );
  expect((await folder.sheaf(['-V', '--verbose'])).stdout).toBe(stdout);
  expect((await folder.sheaf(['--version'])).stdout).toBe(`sheaf ${manifest.version}\n`);
});

test('doctor --install reports completion of the shell that is used, once it is set up', async () => {
  const folder = testFolder();
  const env = { SHELL: '/bin/zsh' };
  expect(await found(folder, /^completion/, env)).toMatchObject({
    level: 'note',
    fix: "echo 'source <(sheaf completion zsh)' >> ~/.zshrc",
  });
  writeFileSync(join(folder.env['HOME'] ?? '', '.zshrc'), 'source <(sheaf completion zsh)\n');
  expect(await found(folder, /^completion/, env)).toMatchObject({ level: 'ok' });
});

test('doctor --install reports programs that are missing, too old or another sheaf', async () => {
  const folder = testFolder();
  const bin = join(temporaryFolder(), 'bin');
  mkdirSync(bin);
  const write = (name: string, script: string): void =>
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  write('bash', 'echo GNU bash, version 4.2.46');
  write('sheaf', 'echo sheaf 0.0.1');
  // What an installed sheaf needs to start.
  for (const program of ['/bin/sh', '/usr/bin/readlink', process.execPath])
    symlinkSync(program, join(bin, basename(program)));
  const env = { PATH: bin };
  expect(await found(folder, /bash/, env)).toMatchObject({ level: 'problem', what: expect.stringContaining('4.2.46') });
  expect(await found(folder, /^git/, env)).toMatchObject({ level: 'note' });
  expect(await found(folder, /sheaf on the PATH/, env)).toMatchObject({
    level: 'problem',
    what: `the sheaf on the PATH is another one: ${join(bin, 'sheaf')}, version 0.0.1`,
  });
});

test('doctor --install prints the line that puts the sheaf that runs on the PATH', async () => {
  const folder = testFolder();
  const bin = join(temporaryFolder(), 'bin');
  mkdirSync(bin);
  for (const program of ['/bin/sh', '/bin/ln', '/usr/bin/readlink', process.execPath])
    symlinkSync(program, join(bin, basename(program)));
  const { level, what, fix } = await found(folder, /sheaf on the PATH/, { PATH: bin });
  expect([level, what]).toEqual(['problem', 'there is no sheaf on the PATH']);
  const line = fix?.replace(/^for this shell, or for all shells in ~\/\.bashrc: /, '') ?? '';
  const { stdout } = await folder.run(['bash', '-c', `PATH='${bin}'; ${line}; sheaf --version`]);
  expect(stdout, line).toBe(`sheaf ${manifest.version}\n`);
});

test('doctor --install names the folders to move when the home is mounted noexec, and space when it is full', async (context) => {
  const folder = testFolder();
  if (!(await canMount(folder))) return context.skip('nothing can be mounted here');
  const noexec = await withMounts(folder, 'mount -t tmpfs -o noexec none "$HOME" && sheaf doctor --install');
  expect(noexec.stdout).toMatch(
    /^– .*home is mounted noexec: programs that uv, pipx or npm install there do not start$/m,
  );
  expect(noexec.stdout).toMatch(/UV_TOOL_DIR and UV_TOOL_BIN_DIR.*PIPX_HOME and PIPX_BIN_DIR/);

  const fill = 'mount -t tmpfs -o size=64k none "$HOME"; head -c 1000000 /dev/zero > "$HOME/filled" 2>/dev/null;';
  const full = await withMounts(folder, `${fill} sheaf doctor --install`);
  expect(full.exitCode).toBe(1);
  expect(full.stdout).toMatch(
    /^✗ .*home has no space left, or your quota is used up: nothing can be installed there$/m,
  );
  expect(full.stdout).toContain('UV_CACHE_DIR');
});

test('doctor --install refuses to do two things at once', async () => {
  expect(await testFolder().sheaf(['doctor', '--install', '--rebuild'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--rebuild and --install cannot be used together'),
  });
});

test('doctor --install compares the architecture of this machine with that of the nodes of its cluster', async () => {
  const same = await playSite('puhti');
  expect((await same.sheaf(['doctor', '--install'])).stdout).toMatch(
    new RegExp(`^✓ this machine and the nodes of its cluster are ${machine()}$`, 'm'),
  );
  const grace = await playSite('vista');
  expect((await grace.sheaf(['doctor', '--install'])).stdout).toContain(
    `this machine is ${machine()}, and the cluster has nodes that are aarch64: jobs run there`,
  );
});
