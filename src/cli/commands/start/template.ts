import {
  listBuiltinLines,
  type Cell,
  type MadeTemplate,
  type TableColumn,
  type TemplateLine,
} from '../../../app/index.ts';
import { quoteShellWord } from '../../../core/text/bash.ts';
import { inputError, type Problem, type SheafError } from '../../../core/errors.ts';
import { suggestName } from '../../../core/text/nearest.ts';
import type { Value } from '../../../core/value.ts';
import { toJsonText, type NumberSources } from '../../../core/number-source.ts';
import { madeTemplateJson, templateJson, templatesJson } from '../../../json/index.ts';
import type { Command } from '../../shell/command.ts';
import type { Answer } from '../../shell/answer.ts';
import { formatTable } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';

type Description = Extract<TemplateLine, { description: unknown }>['description'];

const list: Command = {
  name: 'template list',
  summary: 'List the templates of the project',
  examples: [['sheaf template list'], ['sheaf template list --builtin', 'templates to begin with']],
  flags: [{ name: 'builtin', help: 'Templates that come with sheaf, for template new --from' }],
  run: async (args, session) =>
    args.has('builtin')
      ? { ...listAnswer(await listBuiltinLines()), next: ['sheaf template new NAME --from image'] }
      : listAnswer(await (await session.open()).templates()),
};

const show: Command = {
  name: 'template show',
  summary: 'Show the parameters of a template, its resources and its command',
  examples: [['sheaf template show baseline']],
  positionals: [{ name: 'T', offers: 'template' }],
  run: async ({ positionals: [name = ''] }, session) => {
    const description = await (await session.open()).describeTemplate(name);
    const { incomplete } = description;
    return {
      data: templateJson(description),
      text: (screen) => descriptionText(description, screen),
      warnings: [...description.warnings, ...(incomplete ? [incompleteText(incomplete)] : [])],
      ...(description.problems.length > 0
        ? { problems: description.problems, exitCode: 2 }
        : { next: incomplete === undefined ? [`sheaf new ${name}`] : [] }),
    };
  },
};

const make: Command = {
  name: 'template new',
  summary: 'Create a template, from an example or from an sbatch script',
  examples: [
    ['sheaf template new resnet', 'a copy of baseline to edit'],
    ['sheaf template new resnet --from train.sbatch'],
    ['sheaf template new resnet --from image', 'built-in: see sheaf template list --builtin'],
    ['sheaf template new resnet --from script', 'with your own script beside it'],
    ['sheaf template new --from train.sbatch', 'creates the template train'],
  ],
  positionals: [{ name: 'T', min: 0 }],
  flags: [
    { name: 'from', value: 'FROM', help: 'A built-in template, or the path of an sbatch script', offers: 'file' },
  ],
  notes: [
    'A built-in name goes before a file of that name: --from ./image means the file.',
    'Differences from the sbatch script, and what the template leaves out, are printed with reasons, and are in comments of the template.',
  ],
  run: async (args, session) => {
    const from = args.text('from');
    const [name = nameFrom(from)] = args.positionals;
    const template = await (await session.open()).newTemplate(name, from);
    const { path, changed, leftOut, sweep, lacking, experiments, warnings } = template;
    const made = `Created ${path}${from === 'script' ? ` and ${path.replace(/\.yaml$/, '.sbatch.j2')}` : ''}\n`;
    return {
      data: madeTemplateJson(name, template),
      text: () =>
        made +
        `Results of its runs go to ${experiments}/ID\n` +
        remarksText('Changed', changed) +
        remarksText('Left out', leftOut) +
        (sweep === undefined ? '' : `\nInstead of its job array\n  ${sweep}\n`),
      warnings: [...warnings, ...lackingWarnings(lacking)],
      next: [...copyCommands(lacking), `sheaf template show ${name}`],
    };
  },
};

/** One command for files that go to the same place. */
function copyCommands(lacking: MadeTemplate['lacking']): string[] {
  const folders = Map.groupBy(lacking, ({ file }) => file.replace(/[^/]*$/, ''));
  return [...folders].flatMap(([folder, files]) => {
    const sources = files.flatMap(({ from }) => (from === undefined ? [] : [quoteShellWord(from)]));
    return sources.length === 0 ? [] : [`cp ${sources.join(' ')} ${quoteShellWord(folder === '' ? '.' : folder)}`];
  });
}

function lackingWarnings(lacking: MadeTemplate['lacking']): string[] {
  const files = lacking.map(({ file }) => file);
  if (files.length === 0) return [];
  return [`the template needs ${files.join(', ')}, which the project does not have`];
}

type Remark = MadeTemplate['changed'][number];

function remarksText(title: string, remarks: readonly Remark[]): string {
  return remarks.length === 0 ? '' : `\n${title}\n${remarks.map(({ text, why }) => `  ${text}: ${why}\n`).join('')}`;
}

export const command: Command = {
  name: 'template',
  summary: 'List, show and create templates',
  examples: [
    ['sheaf template list'],
    ['sheaf template show baseline'],
    ['sheaf template new resnet --from train.sbatch'],
  ],
  positionals: [{ name: 'list|show|new' }, { name: 'T', min: 0 }],
  verbs: { list, show, new: make },
  run: async ({ positionals: [verb = ''] }) => {
    throw unknownVerb(verb);
  },
};

/** The name of the file without its extension, restricted to characters of template names. */
function nameFrom(path: string | undefined): string {
  const name = (path ?? '')
    .replace(/^.*\//s, '')
    .replace(/(?<=.)\.[^.]*$/, '')
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[^A-Za-z0-9]+/, '');
  if (name !== '') return name;
  throw inputError('cli.argument.missing', 'sheaf template new needs T, the name of the template', {
    fix: 'sheaf template new T',
  });
}

/** `sheaf new` needs a command: … */
function incompleteText({ message, fix = '' }: Problem): string {
  return `sheaf new needs a command: ${message}; ${fix}`;
}

function listAnswer(lines: readonly TemplateLine[]): Answer {
  return {
    data: templatesJson(lines),
    text: (screen) => {
      const columns = [
        { name: 'template' },
        { name: 'parameters' },
        { name: 'description', priority: 1, minWidth: 30 },
      ];
      return formatTable(columns, lines.map(listRow), screen);
    },
    next: lines.length === 0 ? ['sheaf template new baseline'] : [],
  };
}

function listRow(line: TemplateLine): Cell[] {
  if ('problem' in line) return [line.name, '', `cannot be used: ${line.problem}`];
  const { description = '', parameters, abstract, incomplete } = line.description;
  const notes = [abstract ? 'only for others to extend' : '', incomplete === undefined ? '' : 'has no command'];
  const about = [description, ...notes.filter((note) => note !== '').map((note) => `(${note})`)];
  return [line.name, parameters.length, about.filter((text) => text !== '').join(' ')];
}

function descriptionText(told: Description, screen: Screen): string {
  const { name, path, description, parameters, reserved, stages } = told;
  const rows = parameters.map((parameter): Cell[] => [
    parameter.name,
    parameter.type,
    parameter.required ? '(required)' : valueText(parameter.default, parameter.written),
    parameter.range?.join(' to ') ?? parameter.choices?.join(', '),
    parameter.seed ? 'seed' : undefined,
    parameter.help,
  ]);
  const given = reserved.flatMap(({ name: key, value, written }) =>
    value === undefined || key === 'description' ? [] : [pairText(key, value, '  ', written)],
  );
  const used = COLUMNS.map((_, i) => i).filter((i) => !screen.tty || rows.some((row) => (row[i] ?? '') !== ''));
  const table = formatTable(
    used.flatMap((i) => COLUMNS[i] ?? []),
    rows.map((row) => used.map((i) => row[i])),
    screen,
  );
  const about = description === undefined ? '' : `: ${description}`;
  const rest = [...given, ...(stages.length === 0 ? [] : ['  stages:\n']), ...stages.map(stageText)];
  return `${name}${about}\n  ${path}\n\n${table}${rest.length === 0 ? '' : `\n${rest.join('')}`}`;
}

function stageText({ name, after, command: runs, resources }: Description['stages'][number]): string {
  return [
    `    ${name}${after === undefined ? '' : `, after ${after}`}\n`,
    ...Object.entries({ ...resources, command: runs }).map(([key, value]) => pairText(key, value, '      ')),
  ].join('');
}

const COLUMNS: readonly TableColumn[] = [
  { name: 'parameter' },
  { name: 'type' },
  { name: 'default', maxWidth: 36 },
  { name: 'allowed' },
  { name: 'role' },
  { name: 'help' },
];

/** A value of several lines is below its key. */
function pairText(key: string, value: Value, indent: string, written?: NumberSources): string {
  const text = valueText(value, written).trimEnd();
  const below = `\n${indent}  `;
  return `${indent}${key}:${text.includes('\n') ? below + text.replaceAll('\n', below) : ` ${text}`}\n`;
}

/** Numbers as they were written: 2.5e-4 is not 0.00025. */
function valueText(value: Value | undefined, written?: NumberSources): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : toJsonText(value, written);
}

function unknownVerb(verb: string): SheafError {
  return inputError('cli.command.unknown', `sheaf template has no command ${JSON.stringify(verb)}`, {
    fix: suggestName(verb, ['list', 'show', 'new'], 'its commands are list, show and new'),
  });
}
