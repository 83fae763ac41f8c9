import { inputError } from '../../../core/errors.ts';
import type { Command, Learned } from '../../shell/command.ts';
import { createdAnswer } from '../../views/created.ts';
import type { Flag } from '../../flags/flags.ts';
import { valueOf } from '../../shell/globals.ts';
import { learnParameters, RESERVED_FLAGS } from '../../shell/parameter-flags.ts';
import type { Session } from '../../shell/session.ts';
import { readSets } from '../../flags/sets.ts';

export const TEMPLATE_FLAG: Flag = { name: 'template', value: 'T', help: 'The template; required', offers: 'template' };
/** Flags of what makes experiments, beside the parameters. */
export const DESCRIBING_FLAGS: readonly Flag[] = [
  { name: 'description', value: 'TEXT', help: 'What it is for' },
  { name: 'tags', value: 'TAG', many: 'words', help: 'Words to find it by', offers: 'tag' },
  { name: 'set', value: 'KEY=VALUE', many: 'repeat', help: 'Any value by its path: optimizer.lr=0.1' },
];

const FLAGS: readonly Flag[] = [
  { name: 'exp-id', value: 'ID', help: "Name of the experiment; by default the template's" },
  TEMPLATE_FLAG,
  ...DESCRIBING_FLAGS,
  { name: 'notes', value: 'TEXT', help: 'A remark' },
];

export const command: Command = {
  name: 'new',
  summary: 'Make one experiment from a template',
  examples: [
    ['sheaf new --template imagenet --help', 'the parameters of a template'],
    ['sheaf new --exp-id r50_low --template imagenet --learning-rate 0.01 --tags lr baseline'],
    ['sheaf new --exp-id r50_wide --template imagenet --set optimizer.momentum=0.8'],
  ],
  flags: FLAGS,
  notes: ['Every parameter of the template is a flag: learning_rate is --learning-rate.'],
  learn: (words, session) => learnTemplate(words, session, FLAGS),
  run: async (args, session) => {
    const template = requiredTemplate(args.text('template'), 'new');
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
export function requiredTemplate(template: string | undefined, name: string): string {
  if (template !== undefined) return template;
  throw inputError('cli.template.missing', `sheaf ${name} needs --template`, {
    fix: 'sheaf template list shows the templates',
    now: 'nothing was made',
  });
}

/** The flags of the template that the words name. */
export async function learnTemplate(
  words: readonly string[],
  session: Session,
  own: readonly Flag[],
): Promise<Learned> {
  const name = valueOf('--template', words);
  if (name === undefined) {
    return {
      flags: RESERVED_FLAGS,
      notes: [],
      hint: 'the flags of parameters are known once --template names the template',
    };
  }
  const { parameters } = await (await session.open()).describeTemplate(name);
  return learnParameters({ name: `template ${name}`, parameters }, own);
}
