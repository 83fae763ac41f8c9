import type { Problem } from '../../core/errors.ts';
import { makeArrayFault, findArrayReads, type ArrayRead } from './array-index.ts';
import { locateFault, locateWithin } from './rendering.ts';

/** A file of the project among the words of a command: `bash scripts/train.sh`. */
const FILE = /(?<![\w./$}-])(?:\.\/)?((?:[\w.-]+\/)*[\w.-]+\.(?:sh|bash|sbatch|slurm|py))(?![\w./-])/g;

/** Gives the text of a file of the project; undefined when it is not there. */
type ReadFile = (path: string) => string | undefined;

/**
 * What is wrong with the shell scripts of the project that a command runs: they would read an index that is not there.
 * A variable that the command sets reaches them.
 */
export function checkCalledScripts(command: string, readFile: ReadFile): Problem[] {
  return calledFiles(command)
    .filter((path) => !path.endsWith('.py'))
    .flatMap((path) =>
      readsOf(path, command, readFile).map(({ read, text }) =>
        locateFault(makeArrayFault(read), locateWithin(text, path)),
      ),
    );
}

/** Python programs that a command runs and that read such an index: they may well do without. */
export function warnOfCalledPrograms(command: string, readFile: ReadFile): string[] {
  return calledFiles(command)
    .filter((path) => path.endsWith('.py'))
    .flatMap((path) =>
      readsOf(path, command, readFile).map(({ read, text }) => {
        const { at } = locateWithin(text, path)(read.offset);
        return (
          `${at.file}:${at.line} reads ${read.name}, which does not reach the program: ` +
          `set it in the command (export ${read.name}={{ task }}), or write above the line # sheaf: allow ${read.name}`
        );
      }),
    );
}

/** The texts of the files of the project that a command runs, and of those that its shell scripts run. */
export function readCalledFiles(command: string, readFile: ReadFile, seen: Set<string> = new Set()): string[] {
  return calledFiles(command).flatMap((path) => {
    const text = seen.has(path) ? undefined : readFile(path);
    seen.add(path);
    if (text === undefined) return [];
    return path.endsWith('.py') ? [text] : [text, ...readCalledFiles(text, readFile, seen)];
  });
}

function calledFiles(command: string): string[] {
  const lines = command.split('\n').filter((line) => !/^\s*#/.test(line));
  return [...new Set(lines.flatMap((line) => [...line.matchAll(FILE)].map(([, path = '']) => path)))];
}

function readsOf(path: string, command: string, readFile: ReadFile): { read: ArrayRead; text: string }[] {
  const text = readFile(path) ?? '';
  return findArrayReads(text)
    .filter(({ name }) => !setsVariable(command, name))
    .map((read) => ({ read, text }));
}

function setsVariable(command: string, name: string): boolean {
  return new RegExp(`(?:^|[\\s;&|(])${name}=`).test(command);
}
