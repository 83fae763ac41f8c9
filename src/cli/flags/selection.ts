import { withoutUndefined } from '../../core/value.ts';
import type { ListSelector, Selector } from '../../app/index.ts';
import { inputError } from '../../core/errors.ts';
import type { Args } from './args.ts';
import type { Positional } from './flags.ts';

/** Experiments by name, in addition to `--where` and `--sweep`. */
export const IDS: Positional = { name: 'ID', min: 0, max: Infinity, offers: 'experiment' };

/** The experiments that the arguments choose; all if they choose none. */
export function selectorOf(args: Args, ids: readonly string[] = args.positionals): Selector {
  const where = args.text('where');
  const sweep = args.text('sweep');
  return withoutUndefined({ ...(ids.length === 0 ? {} : { ids }), where, sweep });
}

/** Whether the arguments choose any experiments; order and number choose none. */
export function isChosen({ ids, where, sweep, status, tags, templates }: ListSelector): boolean {
  return [ids, where, sweep, status, tags, templates].some((given) => given !== undefined);
}

/** For commands that must not default to all experiments. @throws SheafError `cli.selection.none` */
export function requireSelector(args: Args, command: string, ids: readonly string[] = args.positionals): Selector {
  return requireChoice(selectorOf(args, ids), command);
}

/** @throws SheafError `cli.selection.none` */
export function requireChoice<T extends ListSelector>(selector: T, command: string): T {
  if (isChosen(selector)) return selector;
  throw inputError('cli.selection.none', `sheaf ${command} needs to know which experiments`, {
    fix: `sheaf ${command} ID…, or --sweep NAME, or --where QUERY`,
    now: 'nothing was changed',
  });
}
