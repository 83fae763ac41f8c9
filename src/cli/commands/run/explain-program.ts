import { inputError, SheafError } from '../../../core/errors.ts';
import { quoteShellWord } from '../../../core/text/bash.ts';
import { findPositionals } from '../../flags/args.ts';
import type { Flag } from '../../flags/flags.ts';
import { valueOf } from '../../shell/globals.ts';

const INTERPRETERS: readonly { readonly ending: string; readonly name: string }[] = [
  { ending: '.py', name: 'python3' },
  { ending: '.sh', name: 'bash' },
  { ending: '.jl', name: 'julia' },
  { ending: '.R', name: 'Rscript' },
];

const PROGRAM = /^(?:python[\d.]*|bash|sh|julia|Rscript|torchrun|accelerate|deepspeed|uv|srun)$/;

/**
 * The error for `sheaf run fit.py` and `sheaf run --command python3 fit.py`: the command is one argument, in quotes.
 * Any other error stays as it is.
 *
 * @param error why there is no template of the name
 * @param flags the flags of `sheaf run` that are no parameters
 * @param hasParameters other flags are given, which are meant for the program
 */
export function explainProgram(
  error: unknown,
  words: readonly string[],
  { flags, hasParameters }: { readonly flags: readonly Flag[]; readonly hasParameters: boolean },
): unknown {
  if (!(error instanceof SheafError) || !/^template\.(?:unknown|name)$/.test(error.code)) return error;
  const started = valueOf('--command', words);
  const typed = [...(started === undefined ? [] : [started]), ...findPositionals(words, flags)];
  const command = typed.join(' ');
  const [first = ''] = command.split(' ');
  const interpreter = INTERPRETERS.find(({ ending }) => first.endsWith(ending));
  if (interpreter === undefined && !PROGRAM.test(first)) return error;
  const whole = [...(interpreter ? [interpreter.name] : []), command, ...(hasParameters ? ['{{ flags }}'] : [])];
  const rest = words.filter((word) => !typed.includes(word) && !word.startsWith('--command'));
  return inputError(error.code, error.message, {
    why: 'sheaf run takes the name of a template, or a whole command in quotes',
    fix: ['sheaf run --command', ...[whole.join(' '), ...rest].map(quoteShellWord)].join(' '),
    now: 'nothing was created',
  });
}
