import type { Fault } from '../jinja/fault.ts';
import { parseSimpleCommand, type SimpleWord } from '../shell/simple-command.ts';
import type { Launch } from './launch.ts';

/**
 * A command without `{{ launch }}` that is launched as a whole, which only one simple command can be.
 *
 * @param script the command, rendered
 */
export function wrapCommand(script: string, launch: Launch): { text: string; faults: readonly Fault[] } {
  if (launch.program === '') return { text: script, faults: [] };
  const words = commandWords(script);
  const [first] = words ?? [];
  if (words === undefined || first === undefined) return { text: script, faults: [UNCLEAR] };
  if (launch.twice.includes(first.literal)) return { text: script, faults: [twice(first)] };
  const { text, replaced } = startOf(words, launch);
  const end = words[replaced - 1]?.end;
  const rest = end === undefined ? ` ${script.slice(first.start)}` : script.slice(end);
  return { text: script.slice(0, first.start) + text + rest, faults: [] };
}

const UNCLEAR: Fault = {
  offset: 0,
  code: 'launcher.place',
  message: 'this is more than one simple command, and only one can be launched',
  fix: 'say which command is launched: write {{ launch }} in place of its python',
};

function twice({ literal, start }: SimpleWord): Fault {
  return {
    offset: start,
    code: 'launcher.twice',
    message: `${literal} starts processes itself, and so does the launcher`,
    fix: 'write the Python program alone, or set launcher: none',
  };
}

/** Words of the shell itself, which no launcher can start. */
const OF_THE_SHELL = new Set(
  (
    'if then elif else fi for select in do done case esac while until function time coproc { } [[ ]] ! ' +
    '. : alias bg bind break builtin caller cd command compgen complete continue declare dirs disown enable eval exit ' +
    'export fg getopts hash help history jobs let local logout mapfile popd pushd read readarray readonly return set ' +
    'shift shopt source suspend times trap type typeset ulimit umask unalias unset wait'
  ).split(' '),
);

/** The words from the program on; `exec` before it stays where it is. */
function commandWords(script: string): readonly SimpleWord[] | undefined {
  const all = parseSimpleCommand(script);
  const words = all?.[0]?.literal === 'exec' && all[0].plain ? all.slice(1) : all;
  const [first] = words ?? [];
  if (first === undefined || (first.plain && OF_THE_SHELL.has(first.literal))) return undefined;
  return first.literal.startsWith('-') ? undefined : words;
}

/** The launcher's words, and how many of the command's own they replace. */
function startOf(words: readonly SimpleWord[], launch: Launch): { text: string; replaced: number } {
  const [first, ...others] = words;
  if (!launch.hasAgent || first === undefined || !/^python3?$/.test(first.literal))
    return { text: launch.program, replaced: 0 };
  // Agents start Python without buffers, too.
  const unbuffered = others.findIndex(({ literal }) => literal !== '-u');
  const next = others[unbuffered];
  if (next?.literal === '-m') return { text: launch.module, replaced: unbuffered + 2 };
  if (next === undefined || next.literal.startsWith('-')) return { text: launch.program, replaced: 0 };
  return { text: launch.python, replaced: unbuffered + 1 };
}
