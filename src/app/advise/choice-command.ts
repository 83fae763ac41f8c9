import { quoteShellWord } from '../../core/text/bash.ts';
import type { Advice, OfferedChoice } from './advise-core.ts';
import type { AdviceTarget } from './advise-target.ts';

/** Values that were given for a template, as texts of the command line. */
export interface GivenValues {
  readonly flags: { readonly [name: string]: readonly string[] };
  readonly sets: { readonly [path: string]: string };
}

/**
 * Whether a choice is taken by a copy of the experiment: its parameters are frozen, and what ran is not submitted again.
 */
export function needsCopy({ copyBecause }: AdviceTarget, { params }: OfferedChoice): boolean {
  return copyBecause !== undefined || Object.keys(params).length > 0;
}

/** The command that takes a choice, with placeholders for names that the user must choose. */
export function takeChoice({ target }: Advice, choice: OfferedChoice, given: GivenValues): string {
  const sets = Object.entries({ ...choice.set, ...choice.params }).map(setFlag);
  if (target.kind === 'template') {
    const isKept = ([name]: readonly [string, unknown]): boolean => !(name in choice.set) && !(name in choice.params);
    const flags = Object.entries(given.flags)
      .filter(isKept)
      .map(([name, texts]) => [`--${name.replaceAll('_', '-')}`, ...texts.map(quoteShellWord)].join(' '));
    const own = Object.entries(given.sets).filter(isKept).map(setFlag);
    return [`sheaf new ${quoteShellWord(target.name)}`, ...flags, ...own, ...sets].join(' ');
  }
  const isCopy = needsCopy(target, choice);
  const verb = isCopy ? `sheaf clone ${target.name} NEW` : `sheaf submit ${target.name}`;
  const consent = choice.candidate.comparability?.level === 'C' && !isCopy ? ['--yes'] : [];
  return [verb, ...sets, ...consent].join(' ');
}

function setFlag([name, value]: readonly [string, string]): string {
  return `--set ${quoteShellWord(`${name}=${value}`)}`;
}
