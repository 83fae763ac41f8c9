import { join } from 'node:path';
import { inputError } from '../../core/errors.ts';
import { quoteShellWord } from '../../core/text/bash.ts';
import { suggestName } from '../../core/text/nearest.ts';
import {
  copyFile,
  getFileFacts,
  getInstalledFolder,
  listFolder,
  makeFolder,
  readTextIfThere,
  sameContent,
} from '../../system/index.ts';

/** A project that comes with sheaf, ready to run. */
export interface Example {
  readonly name: string;
  readonly folder: string;
}

const FILE = 'sheaf.yaml';
/** Left behind by anyone who tried the example in its own folder. */
const LEFT_BEHIND = new Set(['.sheaf', 'experiments', '__pycache__', '.venv']);

/** All examples, sorted by name. */
export function listExamples(): Example[] {
  const parent = getInstalledFolder('examples');
  return listFolder(parent)
    .map((name) => ({ name, folder: join(parent, name) }))
    .filter(({ folder }) => getFileFacts(join(folder, FILE)) !== undefined);
}

/**
 * @param dir of the new project, as the user named it
 * @throws SheafError `init.example` with the names that there are
 */
export function findExample(name: string, dir: string): Example {
  const examples = listExamples();
  const found = examples.find((example) => example.name === name);
  if (found !== undefined) return found;
  const names = examples.map((example) => example.name);
  const command = `sheaf init ${dir === '.' ? '' : `${quoteShellWord(dir)} `}--example`;
  throw inputError('init.example', `there is no example "${name}"`, {
    why: names.length === 0 ? 'this installation has none' : `the examples are: ${names.join(', ')}`,
    fix: suggestName(name, names, `${command} ${names[0] ?? 'NAME'}`),
    now: 'nothing was made',
  });
}

/** Files relative to the project. */
export interface CopiedExample {
  readonly made: readonly string[];
  /** Files with other contents that were there before and stay. */
  readonly kept: readonly string[];
}

/** Copies the files of an example, but for its `sheaf.yaml`. Overwrites nothing. */
export function copyExample({ folder }: Example, root: string): CopiedExample {
  const made: string[] = [];
  const kept: string[] = [];
  for (const path of listFiles(folder).filter((each) => each !== FILE)) {
    const [from, to] = [join(folder, path), join(root, path)];
    if (getFileFacts(to) === undefined) {
      makeFolder(join(to, '..'));
      copyFile(from, to);
      made.push(path);
    } else if (!sameContent(from, to)) {
      kept.push(path);
    }
  }
  return { made, kept };
}

function listFiles(folder: string, below = ''): string[] {
  return listFolder(join(folder, below)).flatMap((name) => {
    if (LEFT_BEHIND.has(name)) return [];
    const path = join(below, name);
    return getFileFacts(join(folder, path))?.kind === 'folder' ? listFiles(folder, path) : [path];
  });
}

/**
 * The commands in the README of an example that run it, under `## Run it`, without those that make the folder and go there.
 * A command of several lines is one text.
 */
export function readExampleCommands({ folder }: Example): string[] {
  const readme = readTextIfThere(join(folder, 'README.md')) ?? '';
  const block = /^## Run it\n[\s\S]*?^```sh\n([\s\S]*?)^```$/m.exec(readme)?.[1] ?? '';
  return block
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s+)#.*$/, '').trim())
    .filter((line) => line !== '' && !/^(sheaf init|cd)\s/.test(line));
}
