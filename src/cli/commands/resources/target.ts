import type { Args } from '../../flags/args.ts';
import type { Flag, Positional } from '../../flags/flags.ts';
import { valueOf } from '../../shell/globals.ts';
import type { Session } from '../../shell/session.ts';
import { findTemplate } from '../make/new.ts';

export const ID_OR_TEMPLATE: Positional = { name: 'ID|TEMPLATE', min: 0, offers: 'target' };

/** The experiment or the template that the arguments name; both if they do, which the use case refuses. */
export async function readTarget(args: Args, session: Session): Promise<{ expId?: string; template?: string }> {
  const [name] = args.positionals;
  const template = args.text('template');
  if (name === undefined || name === template) return template === undefined ? {} : { template };
  if (template !== undefined) return { expId: name, template };
  return (await session.open()).findTarget(name);
}

/** The template that arguments name before its flags are known; undefined if they name an experiment. */
export async function findTargetTemplate(
  words: readonly string[],
  session: Session,
  own: readonly Flag[],
): Promise<string | undefined> {
  const name = findTemplate(words, own);
  if (name === undefined || valueOf('--template', words) !== undefined) return name;
  const target = await (await session.open()).findTarget(name);
  return 'template' in target ? target.template : undefined;
}
