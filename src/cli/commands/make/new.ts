import { inputError } from '../../../core/errors.ts';
import type { Command, DynamicFlags } from '../../shell/command.ts';
import { createdAnswer } from '../../views/created.ts';
import type { Flag } from '../../flags/flags.ts';
import { valueOf } from '../../shell/globals.ts';
import { makeParameterFlags, RESERVED_FLAGS } from '../../shell/parameter-flags.ts';
import type { Session } from '../../shell/session.ts';
import { readSets } from '../../flags/sets.ts';

export const TEMPLATE_FLAG: Flag = { name: 'template', value: 'T', help: 'Template; required', offers: 'template' };
/** Flags of commands that create experiments, except the parameters. */
export const DESCRIBING_FLAGS: readonly Flag[] = [
  { name: 'description', value: 'TEXT', help: 'Description' },
  { name: 'tags', value: 'TAG', many: 'words', help: 'Tags to find it by', offers: 'tag' },
  { name: 'set', value: 'KEY=VALUE', many: 'repeat', help: 'Set any value by its path: optimizer.lr=0.1' },
];

const FLAGS: readonly Flag[] = [
  { name: 'exp-id', value: 'ID', help: 'Name of the experiment (default: exp_id of the template)' },
  TEMPLATE_FLAG,
  ...DESCRIBING_FLAGS,
  { name: 'notes', value: 'TEXT', help: 'A remark' },
];

export const command: Command = {
  name: 'new',
  summary: 'Create an experiment from a template',
  examples: [
    ['sheaf new --template imagenet --help', 'the parameters of a template'],
    ['sheaf new --exp-id r50_low --template imagenet --learning-rate 0.01 --tags lr baseline'],
    ['sheaf new --exp-id r50_wide --template imagenet --set optimizer.momentum=0.8'],
  ],
  flags: FLAGS,
  notes: ['Every parameter of the template is a flag: learning_rate is --learning-rate.'],
  learn: (words, session) => getTemplateFlags(words, session, FLAGS),
  run: async (args, session) => {
    const template = requireTemplate(args.text('template'), 'new');
    const expId = args.text('exp-id');
    const description = args.text('description');
    const notes = args.text('notes');
    const created = await (
      await session.open()
    ).create({
      template,
      flags: args.keys,
      sets: readSets(args.texts('set')),
      ...(expId === undefined ? {} : { expId }),
      ...(description === undefined ? {} : { description }),
      ...(args.has('tags') ? { tags: args.texts('tags') } : {}),
      ...(notes === undefined ? {} : { notes }),
    });
    return createdAnswer(created, `template ${template}`);
  },
};

/** @throws SheafError `cli.template.missing` */
export function requireTemplate(template: string | undefined, name: string): string {
  if (template !== undefined) return template;
  throw inputError('cli.template.missing', `sheaf ${name} needs --template`, {
    fix: 'sheaf template list shows the templates',
    now: 'nothing was created',
  });
}

/** The flags of the template that the arguments name. */
export async function getTemplateFlags(
  words: readonly string[],
  session: Session,
  own: readonly Flag[],
): Promise<DynamicFlags> {
  const name = valueOf('--template', words);
  if (name === undefined) {
    return {
      flags: RESERVED_FLAGS,
      notes: [],
      hint: 'the template defines the flags of its parameters: add --template',
    };
  }
  const { parameters } = await (await session.open()).describeTemplate(name);
  return makeParameterFlags({ name: `template ${name}`, parameters }, own);
}
