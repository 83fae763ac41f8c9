import type { Fault } from '../jinja/fault.ts';

/** The variables of Slurm that say which task of which array a job is. sheaf keeps those of its own arrays to itself. */
const ARRAY_VARIABLE = /\bSLURM_ARRAY_(?:JOB_ID|TASK_(?:ID|COUNT|MIN|MAX|STEP))\b/g;

/** A variable of a job array that a script reads, and where it does so first. */
export interface ArrayRead {
  readonly name: string;
  readonly offset: number;
}

/**
 * The variables of a job array that a shell script reads. A script may give such a variable a value itself and read it
 * on later lines; a comment `# sheaf: allow NAME`, on the line or on the one above, permits a line that is harmless.
 */
export function findArrayReads(text: string): ArrayRead[] {
  const found = new Map<string, ArrayRead>();
  const assigned = new Set<string>();
  let offset = 0;
  let above = '';
  for (const line of text.split('\n')) {
    const here = new Set<string>();
    if (!/^\s*#/.test(line)) {
      for (const { 0: name, index } of line.matchAll(ARRAY_VARIABLE)) {
        if (isAssigned(line, index, name)) here.add(name);
        else if (!assigned.has(name) && !found.has(name) && !allows(line, name) && !allows(above, name))
          found.set(name, { name, offset: offset + index });
      }
    }
    for (const name of here) assigned.add(name);
    above = line;
    offset += line.length + 1;
  }
  return [...found.values()];
}

/** What is wrong with a shell script that reads such variables. @param text not rendered yet: offsets are into it */
export function findArrayFaults(text: string): Fault[] {
  return findArrayReads(text).map(makeArrayFault);
}

/** `NAME=…` at the beginning of a word, and `for NAME in`. */
function isAssigned(line: string, index: number, name: string): boolean {
  const [before, after] = [line.slice(0, index), line.slice(index + name.length)];
  return /^$|[\s;&|(]$/.test(before) && (after.startsWith('=') || /^(?:.*[\s;])?for\s+$/.test(before));
}

function allows(line: string, name: string): boolean {
  return (
    /(?:^|\s)#\s*sheaf:\s*allow\s+(.*)$/
      .exec(line)?.[1]
      ?.split(/[\s,]+/)
      .includes(name) ?? false
  );
}

/** The facts about one such variable. */
export function makeArrayFault({ name, offset }: ArrayRead): Fault {
  const instead =
    name === 'SLURM_ARRAY_TASK_ID'
      ? 'make it a parameter: add task: null to the template, begin the command with ' +
        `export ${name}={{ task }}, and give the values: sheaf run TEMPLATE --grid task=1,2,3`
      : `give it a value on a line before: ${name}=…`;
  return {
    offset,
    code: 'command.array_index',
    message: `${name} does not reach the program`,
    why: name === 'SLURM_ARRAY_TASK_ID' ? `${OWN_ARRAY}; ${FIRST_ELEMENT}` : OWN_ARRAY,
    fix: `${instead}; if the line is harmless without it, write above it, below command: |, # sheaf: allow ${name}`,
  };
}

const OWN_ARRAY =
  'sheaf submits the members of a sweep as an array of its own, and numbers its tasks differently after a retry';
const FIRST_ELEMENT = 'bash would take ${LIST[$SLURM_ARRAY_TASK_ID]} without an index for the first element';
