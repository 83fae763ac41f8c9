import { writeRangesOut } from '../../../core/sweep/written-out.ts';
import type { Action } from '../../../server/index.ts';

/** An action as it is sent; undefined while it lacks something that its dialog asks for. */
export function completeAction(action: Action): Action | undefined {
  switch (action.kind) {
    case 'tag':
      return (action.add ?? []).length + (action.remove ?? []).length > 0 ? action : undefined;
    case 'note':
      return action.text.trim() === '' ? undefined : action;
    case 'cancel':
      return action.stop?.trim() === '' ? undefined : action;
    case 'extend':
      return completeExtension(action);
    default:
      return action;
  }
}

function completeExtension({
  grid,
  zip,
  random,
  ...rest
}: Extract<Action, { readonly kind: 'extend' }>): Action | undefined {
  const [values, tables] = [writeOut(grid), writeOut(zip)];
  const draws = random === undefined || random.count === 0 ? undefined : random;
  if (Object.keys({ ...values, ...tables }).length === 0 && draws === undefined) return undefined;
  return { ...rest, grid: values, zip: tables, ...(draws && { random: draws }) };
}

/** Those that have values. */
function writeOut(texts: { readonly [name: string]: string } = {}): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => (text.trim() === '' ? [] : [[name, writeRangesOut(text)]])),
  );
}
