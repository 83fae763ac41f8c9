import { isSecret } from '../../core/text/secrets.ts';
import type { Scalar, ValueMap } from '../../core/value.ts';
import { isSbatchOption, parseOptions, splitScript, type DirectiveOption } from '../render/directive-options.ts';
import { detectFlagStyle } from './flag-style.ts';
import { withArguments, withArray, withProjectVenvs, removeSecretLines } from './sbatch-body.ts';
import { takeLeadingModules } from './leading-modules.ts';
import { findRemarks } from './sbatch-remarks.ts';
import { quoteArgument } from '../shell/quote.ts';
import { CALLERS, takeOver, removeSecrets, type DroppedOption } from './sbatch-options.ts';
import { writeBlock } from '../yaml/yaml-write.ts';

/** A template that was made from an sbatch script. */
export interface FromSbatch {
  readonly text: string;
  /** What is different from the script: an index that became a parameter, a secret that is gone. */
  readonly changed: readonly DroppedOption[];
  /** What of the script is not in the template. */
  readonly leftOut: readonly DroppedOption[];
  /** The sweep that does what the array of the script did. */
  readonly sweep?: string;
}

/**
 * An sbatch script as a template: its directives become resources, the rest its command. What is different and what has
 * no place in a template is named, with the reason, also in comments of the text.
 *
 * @param file of the script, as seen from the project
 * @param template its name
 */
export function buildTemplateFromSbatch(script: string, file: string, template: string): FromSbatch {
  const { shebang, directives, body } = splitScript(script);
  // As for sbatch, the last one counts.
  const options = new Map(directives.flatMap(parseOptions).map((option) => [option.name, option]));
  const { array, export: exported, ...others } = Object.fromEntries(options);
  const { resources, further, leftOut } = takeOver(new Map(Object.entries(others)));
  const given = exportsOf(exported);
  const secrets = removeSecretLines(body);
  const leading = takeLeadingModules(secrets.body);
  const venvs = withProjectVenvs(leading.body);
  const called = withArguments(venvs.body);
  const tasks = withArray(called.body, array?.value);
  const { command, why } = commandOf(shebang, tasks.body, [...called.before, ...tasks.before], file);
  const style = detectFlagStyle(body);
  const { seeds = [] } = tasks;
  const exports = { ...given.variables, ...Object.fromEntries(secrets.variables.map((name) => [name, null])) };
  const environment: ValueMap = {
    ...(leading.modules === undefined ? {} : { modules: leading.modules }),
    ...(Object.keys(exports).length === 0 ? {} : { exports }),
  };
  const values: ValueMap = {
    description: `From ${file}`,
    ...called.params,
    ...tasks.params,
    ...resources,
    ...(seeds.length === 0 ? {} : { schema: Object.fromEntries(seeds.map((name) => [name, { role: 'seed' }])) }),
    ...(Object.keys(further).length === 0 ? {} : { sbatch: further }),
    ...(Object.keys(environment).length === 0 ? {} : { environment }),
    ...(style === undefined ? {} : { flag_style: style }),
    ...(command === undefined ? {} : { command }),
  };
  const changed = [
    ...secrets.changed,
    ...leading.changed,
    ...venvs.changed,
    ...called.changed,
    ...tasks.changed,
    ...given.changed,
    ...Object.keys(further).flatMap((option) =>
      isSbatchOption(option) ? [] : [{ text: `--${option}`, why: UNKNOWN }],
    ),
  ];
  const left = [...called.leftOut, ...tasks.leftOut, ...findRemarks(body), ...why, ...given.leftOut, ...leftOut];
  const sweep = tasks.axis && `sheaf run ${template} ${tasks.axis}`;
  const about = [
    COMMENT,
    remarksText('Changed', changed),
    remarksText('Left out', left),
    sweep === undefined ? '' : `#\n# Instead of its job array:\n#   ${sweep}\n`,
  ];
  return {
    text: about.join('') + writeBlock(values, called.written),
    changed,
    leftOut: left,
    ...(sweep === undefined ? {} : { sweep }),
  };
}

const UNKNOWN = 'sheaf does not know it and passes it to sbatch as it is';

const COMMENT = `\
# Made from an sbatch script. Give what you vary a name here, with a default, and write {{ name }} where it
# is in the command: learning_rate: 0.1 and --lr {{ learning_rate }}.
`;

function remarksText(title: string, remarks: readonly DroppedOption[]): string {
  if (remarks.length === 0) return '';
  const lines = remarks.map(({ text, why }) => `#   ${text}: ${why}`.replace(/\p{Cc}|[\u2028\u2029]/gu, ' '));
  return `#\n# ${title}:\n${lines.join('\n')}\n`;
}

interface Exports {
  readonly variables: Readonly<Record<string, Scalar>>;
  readonly changed: readonly DroppedOption[];
  readonly leftOut: readonly DroppedOption[];
}

/** `--export=ALL,NAME=value`: jobs get all of the caller's environment anyway. */
function exportsOf(option: DirectiveOption | undefined): Exports {
  const words = (option?.value ?? 'ALL').split(',').filter((word) => word !== 'ALL' && word !== '');
  const variables: Record<string, Scalar> = {};
  const rest: string[] = [];
  const secrets: string[] = [];
  for (const word of words) {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? [];
    if (name === undefined || value === undefined || /^(?:SLURM|SBATCH|SHEAF)_/.test(name)) {
      rest.push(word);
      continue;
    }
    variables[name] = isSecret(name, value) ? null : value;
    if (variables[name] === null) secrets.push(name);
  }
  return {
    variables,
    changed: secrets.map((text) => ({
      text: `--export=${text}=…`,
      why: `its value is not in the template; set ${text} in the shell that submits, and a job gets it from there`,
    })),
    leftOut: rest.length === 0 ? [] : [{ text: removeSecrets(`--export=${rest.join()}`), why: CALLERS }],
  };
}

/** What runs: the script without its head. A program of another language stays a file. */
function commandOf(
  shebang: string,
  body: string,
  before: readonly string[],
  file: string,
): { readonly command?: string; readonly why: readonly DroppedOption[] } {
  const [, interpreter = '/bin/bash', options = ''] =
    /^#!\s*(\S*env\s+(?:-S\s+)?\S+|\S+)\s*(.*)$/.exec(shebang.trimEnd()) ?? [];
  const script = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
  if (!/(?:^|[\s/])(?:ba|da|k|z)?sh$/.test(interpreter)) {
    const why = 'a command runs in bash, so this one runs the script, whose #SBATCH lines no longer count';
    const call = `${interpreter}${options === '' ? '' : ` ${options}`} ${quoteArgument(file)}`;
    return { command: before.length === 0 ? call : script([...before, call]), why: [{ text: shebang, why }] };
  }
  const isSet = /^-[euxv]+$/.test(options);
  const why = options === '' || isSet ? [] : [{ text: shebang, why: SHELL_OPTIONS }];
  if (body === '') return { why: [...why, { text: file, why: 'it has no commands: write below command: what runs' }] };
  return { command: script([...(isSet ? [`set ${options}`] : []), ...before, withoutJinja(body)]), why };
}

const SHELL_OPTIONS =
  'a command runs in plain bash; do what its options did at the beginning of the command (-l: source /etc/profile)';

/** What looks like Jinja in a line of a shell script, such as `awk {{…}}`, must stay what it is. */
function withoutJinja(body: string): string {
  return body.replace(/^.*(?:\{\{|\{%|(?<!\$)\{#).*$/gm, '{% raw %}$&{% endraw %}');
}
