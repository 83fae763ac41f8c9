import { scanCommands } from './commands.ts';
import { ScriptCursor } from './cursor.ts';

/** The arguments that a script is called with, as far as it reads them. */
export interface ScriptArguments {
  /** `$1`, `${2:-both}`: by their number, with the text that counts without one. */
  readonly numbered: ReadonlyMap<number, string | undefined>;
  /** It also reads all of them: `$@`, `$*`, `shift`. */
  readonly all: boolean;
}

const ARGUMENT = /^\$(?:(\d)|\{([1-9]\d*)(?::?-([^}$`"'\\]*))?[^}]*\}|(?:\{?[@*]))/;

/** What a script reads of its own arguments. Those of its functions, and `$1` in quotes for awk, do not count. */
export function parseScriptArguments(script: string): ScriptArguments {
  const cursor = new ScriptCursor(script, new Set(), scanCommands);
  cursor.readCommands('end');
  const functions = functionBodies(script);
  const isInFunction = (at: number): boolean => functions.some(([start, end]) => at >= start && at < end);
  // From `set -- …` on they are those that it sets.
  const sets = [...script.matchAll(/(?:^|[;&|])[ \t]*set[ \t]+--(?=\s|$)/gm)].find(({ index }) => !isInFunction(index));
  const isOutside = (at: number): boolean => at < (sets?.index ?? script.length) && !isInFunction(at);
  const numbered = new Map<number, string | undefined>();
  let all = [...script.matchAll(/(?:^|[;&|]|\bdo\b|\bthen\b)[ \t]*shift\b/gm)].some(({ index }) => isOutside(index));
  for (const at of cursor.expansions.filter(isOutside)) {
    const match = ARGUMENT.exec(script.slice(at, at + 200));
    const number = Number(match?.[1] ?? match?.[2] ?? 0);
    if (match === null) continue;
    if (number > 0) numbered.set(number, numbered.get(number) ?? match[3]);
    else all ||= match[1] === undefined;
  }
  return { numbered, all };
}

/** From the name of each function to the line that closes it, which is indented like its first. */
function functionBodies(script: string): [start: number, end: number][] {
  const heads = script.matchAll(/^([ \t]*)(?:function[ \t]+[\w:.-]+(?:[ \t]*\(\))?|[\w:.-]+[ \t]*\(\))\s*\{(.*)$/gm);
  return [...heads].map(({ 0: head, 1: indent = '', 2: rest = '', index }) => {
    const end = index + head.length;
    if (/\}\s*(?:#.*)?$/.test(rest)) return [index, end];
    const close = new RegExp(`^${indent}\\}`, 'm').exec(script.slice(end));
    return [index, close === null ? script.length : end + close.index];
  });
}
