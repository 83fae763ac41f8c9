import type { Word } from './cursor.ts';

/** Builtins that read their arguments as code, names or expressions, however these are quoted. */
const EVALUATORS = new Set(['eval', 'let', 'trap', 'alias', 'unset', 'read', 'mapfile', 'readarray', 'getopts']);
const DECLARERS = new Set(['declare', 'typeset', 'local', 'readonly', 'export']);
/** Programs that give the argument after `-c` to a shell. */
const SHELLS = new Set(['sh', 'bash', 'dash', 'ksh', 'zsh', 'su', '$SHELL', '$BASH']);

/**
 * Why a value cannot be inserted into this word: quotes protect it from this shell, not from what reads it next.
 * Undefined when nothing does.
 */
export function findCodeReader({ command, role, literal }: Word): string | undefined {
  if (role !== 'argument') return undefined;
  const words = command.words.map((word) => word.replace(/^.*\//, ''));
  const [name = ''] = words.filter((word) => word !== 'command' && word !== 'builtin');
  const last = words.at(-1) ?? '';
  if (EVALUATORS.has(name)) return `in the arguments of "${name}", which reads them as code`;
  if (DECLARERS.has(name)) return declarer(name, words, literal);
  if (words.includes('ssh')) return 'in the arguments of "ssh", which gives them to a shell';
  if (name === 'parallel') return 'in the arguments of "parallel", which gives them to a shell';
  if ((name === '[' || name === 'test') && (last === '-v' || last === '-R')) return 'where a name is read';
  if (name === 'printf' && last === '-v') return 'where a name is read';
  if (words.includes('sbatch') && (last === '--wrap' || literal.startsWith('--wrap')))
    return 'in a command for "sbatch --wrap"';
  return isShellCommand(words) ? 'in a command for another shell' : undefined;
}

/** `local name={{ x }}` is safe; a name or an integer is evaluated. */
function declarer(name: string, words: readonly string[], literal: string): string | undefined {
  const assigns = /^[A-Za-z_][A-Za-z0-9_]*\+?=/.test(literal);
  const evaluates = words.some((word) => /^-[A-Za-z]*[iaAn]/.test(word));
  return assigns && !evaluates ? undefined : `in the arguments of "${name}", which reads names in them`;
}

/** Whether the word that follows is the script in `bash -c script`. */
function isShellCommand(words: readonly string[]): boolean {
  const shell = words.findIndex((word) => SHELLS.has(word));
  if (shell < 0) return false;
  const option = words.findIndex((word, i) => i > shell && /^-[A-Za-z]*c$/.test(word));
  return option > 0 && words.slice(option + 1).every((word) => word.startsWith('-'));
}
