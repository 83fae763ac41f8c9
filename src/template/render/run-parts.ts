import { splitHead } from './directive-options.ts';
import { STOP } from '../launch/stop.ts';

/** The script of an attempt in reading order; together they are all of it. All are shell text. */
export interface RunParts {
  readonly directives: string;
  readonly about: string;
  /** What makes a run by hand, and the parameters. */
  readonly begin: string;
  /** The checkpoint that it starts from; ends the script if it is gone. */
  readonly start: string;
  /** What it reads: gives paths to the program and looks whether they are there. */
  readonly inputs: string;
  readonly environment: string;
  readonly code: string;
  /** What is needed before a launch: looks whether all is there. */
  readonly checks: string;
  /** What a launch needs to be found out. */
  readonly facts: string;
  /** The command. */
  readonly launch: string;
}

/** @param teardown what runs after the command, whose status is kept */
export function assembleScript(parts: RunParts, teardown = ''): string {
  const { directives, about, begin, start, inputs, environment, checks, code, facts, launch } = parts;
  const main = [
    start,
    inputs,
    `# Environment\n${joined(environment, checks)}`,
    RECORD,
    code,
    `# Launch\n${joined(facts, launch)}`,
  ];
  const end =
    teardown.trim() === ''
      ? []
      : [
          `# Teardown, which finds the status of the program in $?\nsheaf_status=$?\n(exit "$sheaf_status")\n${teardown.trimEnd()}\nexit "$sheaf_status"`,
        ];
  return paragraphs([joined('#!/bin/bash', directives, '#', about), begin, ...withStop(main), ...end]);
}

/**
 * An own script that is all of one: only what every run begins with is put behind its first comments, where directives
 * are: what it is, the run by hand, the parameters, the checkpoint to start from and the place of the code.
 */
export function surroundUserScript(script: string, { about, begin, start, inputs, code, facts }: RunParts): string {
  const { head, rest } = splitHead(script.startsWith('#!') ? script : `#!/bin/bash\n${script}`);
  const main = [start, inputs, RECORD, code, facts, rest];
  return paragraphs([joined(head.trimEnd(), '#', about), begin, ...withStop(main)]);
}

/** The commands that a launch consists of, with what it needs. */
export function makeWholeLaunch({ checks, facts, launch }: RunParts): string {
  return joined(checks, facts, launch);
}

function joined(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n');
}

function paragraphs(texts: readonly string[]): string {
  const given = texts.filter((text) => text.trim() !== '');
  return `${given.map((text) => text.trimEnd()).join('\n\n')}\n`;
}

function withStop(parts: readonly string[]): readonly string[] {
  return parts.some((text) => text.includes('sheaf_stop ')) ? [STOP, ...parts] : parts;
}

const RECORD = `\
# What this runs with is recorded in env/, in the background; by hand nothing is.
if [ -n "\${SHEAF_RECORDER:-}" ]; then (timeout 20 bash "$SHEAF_RECORDER" </dev/null >/dev/null 2>&1 &); fi
unset SHEAF_RECORDER`;
