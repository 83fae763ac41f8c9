import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync, chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SnapshotRecord } from '../../src/core/experiment/code.ts';
import type { CodeSettings } from '../../src/core/settings/run-settings.ts';
import { checkOut, takeSnapshot, type Snapshot } from '../../src/provenance/index.ts';
import { folderEntries } from '../../src/system/index.ts';
import { HOSTILE_NAME } from '../support/hostile-name.ts';
import { temporaryFolder } from '../support/project-folder.ts';

/** Text of a file; `{link}` a symbolic link; `{run}` a program. */
type Content = string | { readonly link: string } | { readonly run: string };

export function write(folder: string, files: Readonly<Record<string, Content>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof content === 'string') writeFileSync(path, content);
    else if ('link' in content) symlinkSync(content.link, path);
    else {
      writeFileSync(path, content.run);
      chmodSync(path, 0o755);
    }
  }
}

/** Runs git as a user does. @returns what it prints */
export function git(folder: string, ...args: readonly string[]): string {
  const identity = ['-c', 'user.name=User', '-c', 'user.email=user@example.org', '-c', 'protocol.file.allow=always'];
  const { status, stdout, stderr } = spawnSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')} in ${folder}: ${stderr}`);
  return stdout;
}

/** A repository with one commit, in a folder whose name is hard on every quoting mistake. */
export function repository(files: Readonly<Record<string, Content>>, parent: string = temporaryFolder()): string {
  const folder = join(parent, HOSTILE_NAME);
  mkdirSync(folder, { recursive: true });
  git(folder, 'init', '-q', '-b', 'main');
  write(folder, { '.gitignore': '.sheaf/\nexperiments/\n', ...files });
  commitAll(folder);
  return folder;
}

export function commitAll(folder: string): void {
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'as it is');
}

export function storeOf(folder: string): string {
  return join(folder, '.sheaf/code');
}

export function snapshot(folder: string, settings: Partial<CodeSettings> = {}): Promise<Snapshot> {
  return takeSnapshot({
    folder,
    experiments: 'experiments',
    settings: { link: [], copy: [], untrackedLimit: 1 << 20, ...settings },
    store: storeOf(folder),
  });
}

/** Takes a snapshot. @returns what its checkout holds */
export async function snapshotFiles(folder: string, settings?: Partial<CodeSettings>): Promise<Record<string, string>> {
  const { record } = await snapshot(folder, settings);
  return await checkedOutFiles(folder, record);
}

export async function checkedOutFiles(folder: string, record: SnapshotRecord): Promise<Record<string, string>> {
  return filesIn(await checkOut({ folder, store: storeOf(folder), record }));
}

/** Path → text; links as `-> target`, programs as `#! text`. Names that are not UTF-8 have one character per byte. */
export function filesIn(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  const visit = (inner: Buffer, shown: string): void => {
    for (const entry of folderEntries(inner)) {
      const path = Buffer.concat([inner, Buffer.from('/'), entry.name]);
      const text = entry.name.toString('utf8');
      const name = shown + (text.includes('\uFFFD') ? entry.name.toString('latin1') : text);
      if (entry.kind === 'folder') visit(path, `${name}/`);
      else if (entry.kind === 'link') files[name] = `-> ${readlinkSync(path)}`;
      else files[name] = `${(lstatSync(path).mode & 0o100) === 0 ? '' : '#! '}${readFileSync(path, 'utf8')}`;
    }
  };
  visit(Buffer.from(folder), '');
  return files;
}

/** All that must stay as it is: every byte of the repository that git shows or uses, and the files. */
export function userState(folder: string): Record<string, string> {
  const state: Record<string, string> = { ...filesIn(folder) };
  for (const path of Object.keys(state)) {
    // New objects and the refs of sheaf are what a snapshot adds.
    if (
      /^(.*\/)?\.git\/(modules\/.*\/)?(objects\/|refs\/sheaf\/|packed-refs$)/.test(path) ||
      path.startsWith('.sheaf/')
    )
      delete state[path];
  }
  return state;
}
