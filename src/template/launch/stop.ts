import { quoteSingle } from '../shell/quote.ts';

/** Ends a script before anything runs: what is missing and how to fix it, as one line. Status 78: wrongly set up. */
export const STOP = `\
# If something is missing, the job reports it and runs nothing.
sheaf_stop() {
  printf 'sheaf: %s\\n' "\${1//[[:cntrl:]]/ }" >&2
  exit 78
}`;

/** The call of it, behind a test: `[ -d x ] || …`. Names of people may be in the sentence. */
export function renderStop(sentence: string): string {
  return `sheaf_stop ${quoteSingle(sentence)}`;
}

/** A test, and the message when it fails. */
export function requireTest(test: string, sentence: string): string {
  return `${test} ||\n  ${renderStop(sentence)}`;
}
