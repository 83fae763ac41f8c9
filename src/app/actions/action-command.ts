import { commandOf } from '../../core/command/command-of.ts';
import { writeSearchFlags } from '../../core/command/search-flags.ts';
import { withoutUndefined } from '../../core/value.ts';
import type { Action, ActionOfMaking, Space } from './action.ts';

/**
 * The line for a shell that does the same as an action.
 *
 * @param made the name that an experiment would get
 */
export function writeActionCommand(action: Action, made = ''): string {
  if (action.kind === 'throttle') {
    return commandOf({ command: 'sweep set', name: action.name, maxParallel: action.maxParallel });
  }
  if (!('which' in action)) return writeMaking(action, made);
  const { which } = action;
  switch (action.kind) {
    case 'tag':
      return commandOf({ command: 'tag', ...which, add: action.add ?? [], remove: action.remove ?? [] });
    case 'note':
      return commandOf({ command: 'note', ...which, text: action.text });
    case 'archive':
      return commandOf({ command: 'archive', ...which, undo: action.undo ?? false });
    case 'cancel':
      return commandOf({ command: 'cancel', ...which, ...withoutUndefined({ stop: action.stop }) });
    case 'submit': {
      const { resources: set = {}, maxParallel } = action;
      return commandOf({ command: 'submit', ...which, set, ...(maxParallel && { maxParallel }) });
    }
    case 'retry':
      return commandOf({ command: 'retry', ...which, set: action.resources ?? {}, fresh: action.fresh ?? false });
    default:
      return commandOf({ command: action.kind, ...which });
  }
}

function writeMaking(action: ActionOfMaking, made: string): string {
  if (action.kind === 'extend') {
    const { name, submit = false, maxParallel } = action;
    return commandOf({
      command: 'sweep extend',
      name,
      ...writeSpace(action),
      submit,
      ...(maxParallel && { maxParallel }),
    });
  }
  const { params, resources, description, tags = [], submit = false } = action;
  const making = { set: { ...params, ...resources }, ...(description && { description }), tags };
  if (action.kind === 'sweep') {
    const { template, name, maxParallel, search = {} } = action;
    const rest = { ...writeSearchFlags(search), ...(name && { name }), submit, ...(maxParallel && { maxParallel }) };
    return commandOf({ command: 'sweep', template, ...making, ...writeSpace(action), ...rest });
  }
  const line =
    action.kind === 'new'
      ? commandOf({
          command: 'new',
          template: action.template,
          ...making,
          ...(action.expId && { expId: action.expId }),
          ...(action.notes && { notes: action.notes }),
        })
      : commandOf({ command: 'clone', id: action.id, ...(action.newId && { newId: action.newId }), ...making });
  return submit ? `${line} && ${commandOf({ command: 'submit', ids: [made] })}` : line;
}

function writeSpace({ grid = {}, zip = {}, random }: Space): object {
  return {
    grid,
    zip,
    ...(random && { ...withoutUndefined({ random: random.count }), draw: random.draws, randomSeed: random.seed }),
  };
}
