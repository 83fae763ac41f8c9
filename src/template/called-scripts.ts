import type { Problem } from '../core/errors.ts';
import { arrayFault, arrayReads } from './array-index.ts';
import { located, within } from './rendering.ts';

/** A shell script among the words of a command: `bash scripts/train.sh`. */
const SCRIPT = /(?<![\w./$}-])(?:\.\/)?((?:[\w.-]+\/)*[\w.-]+\.(?:sh|bash|sbatch|slurm))(?![\w./-])/g;

/**
 * What is wrong with the shell scripts of the project that a command runs: they would read an index that is not there.
 * A variable that the command sets reaches them.
 *
 * @param readFile gives the text of a file of the project; undefined when it is not there
 */
export function calledScriptProblems(command: string, readFile: (path: string) => string | undefined): Problem[] {
  const lines = command.split('\n').filter((line) => !/^\s*#/.test(line));
  const paths = new Set(lines.flatMap((line) => [...line.matchAll(SCRIPT)].map(([, path = '']) => path)));
  return [...paths].flatMap((path) => {
    const text = readFile(path) ?? '';
    return arrayReads(text)
      .filter(({ name }) => !setsVariable(command, name))
      .map((read) => located(arrayFault(read), within(text, path)));
  });
}

function setsVariable(command: string, name: string): boolean {
  return new RegExp(`(?:^|[\\s;&|(])${name}=`).test(command);
}
