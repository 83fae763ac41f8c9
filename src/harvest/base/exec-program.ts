import { dirname, isAbsolute, join, resolve } from 'node:path';
import { checksum, getFileFacts, readRange } from '../../system/index.ts';

/** Limits of the files of one program and of the bytes of each: a larger program is identified by its size and time. */
const MOST_FILES = 200;
const MOST_BYTES: number = 4 * 2 ** 20;

/**
 * Changes when the program of an `exec` rule changes: the files that its line names, scripts on the PATH, the Python modules
 * beside them that they import, and what a shell script sources. Installed packages, and files that a program opens itself,
 * are not known.
 *
 * @param command a line of bash
 * @param folder where it starts, absolute
 */
export function getProgramVersion(command: string, folder: string): string {
  const files = new Map<string, string>();
  const queue = namedFiles(command, folder);
  for (let path = queue.pop(); path !== undefined && files.size < MOST_FILES; path = queue.pop()) {
    if (files.has(path)) continue;
    const content = contentOf(path);
    files.set(path, content.sum);
    queue.push(...usedFiles(path, content.text, folder));
  }
  return checksum(JSON.stringify([...files].toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

interface Content {
  readonly sum: string;
  /** Empty for what is too large to be a script. */
  readonly text: string;
}

/** One that cannot be read makes the program fail, which reports it. */
function contentOf(path: string): Content {
  const { size = 0, mtimeNs = 0n } = getFileFacts(path, { follow: true }) ?? {};
  if (size > MOST_BYTES) return { sum: `${size} ${mtimeNs}`, text: '' };
  try {
    const bytes = readRange(path, 0, size);
    return { sum: `${size} ${checksum(bytes)}`, text: bytes.toString('utf8') };
  } catch {
    return { sum: 'unreadable', text: '' };
  }
}

const QUOTED_OR_BARE = /'([^']*)'|"([^"]*)"|([^\s'"]+)/g;
const ASSIGNMENT = /^[A-Za-z_]\w*=/;

/** Files that a line of bash names: programs, scripts, modules, arguments. */
function namedFiles(command: string, start: string): string[] {
  let folder = start;
  return command.split(/[;&|()\n]+/).flatMap((part) => {
    const words = [...part.matchAll(QUOTED_OR_BARE)].map(([, single, double, bare]) => single ?? double ?? bare ?? '');
    const [first, ...others] = words.filter((word) => !ASSIGNMENT.test(word));
    if (first === undefined) return [];
    if (first === 'cd') {
      folder = resolve(folder, others[0] ?? '');
      return [];
    }
    const values = others.map((word) => word.replace(/^--?[\w-]+=/, ''));
    const module = others[others.indexOf('-m') + 1];
    return [
      ...programFile(first, folder),
      ...[...values, ...others].flatMap((word) => plainFile(resolve(folder, word))),
      ...(others.includes('-m') && module !== undefined ? moduleFiles(module, folder) : []),
    ];
  });
}

/** A path, or a script on the PATH: what is compiled there belongs to the system. */
function programFile(word: string, folder: string): string[] {
  if (word.includes('/')) return plainFile(resolve(folder, word));
  const places = (process.env['PATH'] ?? '').split(':').filter((place) => isAbsolute(place));
  const [found] = places.flatMap((place) => plainFile(join(place, word)));
  return found !== undefined && readStart(found) === '#!' ? [found] : [];
}

function readStart(path: string): string {
  try {
    return readRange(path, 0, 2).toString('latin1');
  } catch {
    return '';
  }
}

function plainFile(path: string): string[] {
  try {
    return !path.includes('\0') && getFileFacts(path, { follow: true })?.kind === 'file' ? [path] : [];
  } catch {
    // A folder of the PATH may be closed to this user: its shell skips it, too.
    return [];
  }
}

const IMPORT =
  /^[ \t]*(?:from[ \t]+(?<from>[.\w]+)[ \t]+import[ \t]+(?<names>[^#\n]*)|import[ \t]+(?<modules>[^#\n]*))/gm;
const SOURCED = /^[ \t]*(?:source|\.)[ \t]+["']?([^\s"';]+)/gm;

/** Files beside a script that it uses. */
function usedFiles(path: string, text: string, folder: string): string[] {
  const beside = dirname(path);
  if (path.endsWith('.py') || /^#!.*python/.test(text)) {
    return [...text.matchAll(IMPORT)].flatMap(({ groups = {} }) => {
      const { from, names = '', modules = '' } = groups;
      if (from === undefined) return namesIn(modules).flatMap((module) => moduleFiles(module, beside));
      const package_ = from.replace(/^\.+/, '');
      const up = Math.max(0, from.length - package_.length - 1);
      const base = join(beside, ...Array.from({ length: up }, () => '..'));
      return ['', ...namesIn(names)].flatMap((name) =>
        moduleFiles([package_, name].filter((part) => part !== '').join('.'), base),
      );
    });
  }
  return [...text.matchAll(SOURCED)].flatMap(([, word = '']) => [
    ...plainFile(resolve(folder, word)),
    ...plainFile(resolve(beside, word)),
  ]);
}

/** `a, b.c as d` */
function namesIn(list: string): string[] {
  return list
    .replaceAll(/[()\\]/g, ' ')
    .split(',')
    .flatMap((each) => /^\s*([\w.]+)/.exec(each)?.[1] ?? []);
}

/** The file of a Python module, with those of the packages around it. */
function moduleFiles(module: string, folder: string): string[] {
  const steps = module.split('.').filter((step) => step !== '');
  return steps.flatMap((_, i) => {
    const path = join(folder, ...steps.slice(0, i + 1));
    return [`${path}.py`, join(path, '__init__.py'), join(path, '__main__.py')].flatMap(plainFile);
  });
}
