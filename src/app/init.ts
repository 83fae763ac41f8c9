import { basename, join, relative, resolve } from 'node:path';
import { inputError } from '../core/errors.ts';
import { fileFacts, makeFolder, readText, readTextIfThere, setMode, writeAtomic } from '../system/index.ts';
import { projectPaths } from '../store/index.ts';
import { FIRST_TEMPLATE, projectText } from './init-texts.ts';
import { findRoot } from './project.ts';

const FILE = 'sheaf.yaml';

export interface InitOptions {
  readonly dir: string;
  /** Written down in `sheaf.yaml`; this version has the local one. */
  readonly scheduler?: string;
  /** Where experiments go instead of the project folder. */
  readonly experiments?: string;
  /** Others of the group may write. */
  readonly shared?: boolean;
}

export interface Initialised {
  readonly root: string;
  /** Files made or changed, relative to the root; none when it was a whole project already. */
  readonly made: readonly string[];
  readonly scheduler: string;
}

/**
 * Makes a folder a project. In one that is a project already it changes nothing, but for a `sheaf.yaml` that
 * names no scheduler: it gets that line, and keeps all others with their comments.
 *
 * @throws SheafError `init.scheduler`, `init.inside` (a project inside a project would hide the outer one)
 */
export async function initProject(options: InitOptions): Promise<Initialised> {
  const root = resolve(options.dir);
  const scheduler = schedulerOf(options.scheduler);
  if (fileFacts(join(root, FILE)) !== undefined) {
    return { root, made: await nameScheduler(root, scheduler), scheduler };
  }
  const outer = findRoot(root);
  if (outer !== undefined) {
    throw inputError('init.inside', `${root} is inside the project ${outer}`, {
      why: 'commands run there would no longer find that project',
      fix: 'choose a folder outside of it',
      now: 'nothing was made',
    });
  }
  makeFolder(join(root, 'templates'));
  makeRecord(root, options.shared ?? false);
  const made = [
    ...writeUnlessThere(root, 'templates/baseline.yaml', FIRST_TEMPLATE),
    ...ignore(root),
    // Last: with it the folder is a project.
    ...writeUnlessThere(root, FILE, projectText(basename(root), scheduler, options.experiments)),
  ];
  return { root, made, scheduler };
}

/** @returns the file, when it was changed */
async function nameScheduler(root: string, scheduler: string): Promise<string[]> {
  const { editYaml, openProjectConfig } = await import('../template/index.ts');
  if (openProjectConfig({ root, env: {} }).scheduler !== undefined) return [];
  const path = join(root, FILE);
  writeAtomic(path, editYaml(readText(path), ['scheduler'], scheduler));
  return [FILE];
}

function schedulerOf(asked: string | undefined): string {
  if (asked === undefined || asked === 'local') return 'local';
  throw inputError('init.scheduler', `this version of sheaf has no scheduler "${asked}"`, {
    why: 'it has: local',
    fix: 'sheaf init --scheduler local',
    now: 'nothing was made',
  });
}

const GROUP_WRITABLE = 0o2770;

function makeRecord(root: string, shared: boolean): void {
  const paths = projectPaths(root, join(root, 'experiments'));
  const claims = ['ids', 'released', 'attempts', 'runs'].map((kind) => join(paths.claims, kind));
  for (const folder of [paths.sheaf, paths.journal, paths.claims, ...claims, paths.submissions, paths.experiments]) {
    makeFolder(folder);
    if (shared) setMode(folder, GROUP_WRITABLE);
  }
}

function writeUnlessThere(root: string, name: string, text: string): string[] {
  if (fileFacts(join(root, name)) !== undefined) return [];
  writeAtomic(join(root, name), text);
  return [name];
}

const IGNORED = ['.sheaf/', 'experiments/'];

/** Adds to a `.gitignore` what must not be in git, keeping what is there. */
function ignore(root: string): string[] {
  const path = join(root, '.gitignore');
  const text = readTextIfThere(path) ?? '';
  const lines = new Set(text.split('\n').map((line) => line.trim()));
  const missing = IGNORED.filter((line) => !lines.has(line) && !lines.has(`/${line}`));
  if (missing.length === 0) return [];
  const glue = text === '' || text.endsWith('\n') ? '' : '\n';
  writeAtomic(path, `${text}${glue}${missing.join('\n')}\n`);
  return [relative(root, path)];
}
