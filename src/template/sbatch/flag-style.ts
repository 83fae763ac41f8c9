import type { FlagStyle } from '../../core/settings/flag-style.ts';

/** A flag of a program: a long one, or a name behind a single dash. */
const FLAG = /(?<=\s)(--?)([A-Za-z][\w.-]+)(=|\s|$)/g;

/**
 * How the programs of a script take their flags, from those behind the name of a Python file or module.
 *
 * @returns undefined when they are written with hyphens, in several ways, or not at all
 */
export function detectFlagStyle(script: string): FlagStyle | undefined {
  const lines = script.replaceAll('\\\n', ' ').split('\n');
  const programs = lines.flatMap(
    (line) => /^(?!\s*#).*?(?:\S\.py\b|\s-m\s+(?!torch\.distributed)\S+)(.*)$/.exec(line)?.[1] ?? [],
  );
  const flags = programs.flatMap((text) =>
    [...text.matchAll(FLAG)].map(([, dashes = '', name = '', end = '']) => ({ dashes, name, end })),
  );
  const long = flags.filter(({ dashes }) => dashes === '--');
  if (long.length === 0) return flags.filter(({ name }) => name.length > 2).length > 1 ? 'single-dash' : undefined;
  if (long.some(({ name }) => name.includes('-'))) return undefined;
  if (long.length > 1 && long.every(({ end }) => end === '=')) return 'equals';
  return long.some(({ name }) => name.includes('_')) ? 'underscore' : undefined;
}
