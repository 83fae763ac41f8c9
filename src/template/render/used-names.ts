import { JinjaError } from '../jinja/fault.ts';
import { tokenize, type JinjaToken } from '../jinja/lexer.ts';

/** All parameters; no name has a space. */
export const ALL: string = 'all parameters';

/** The names in the `{{ … }}` and `{% … %}` of a text, also those that are guarded by `is defined`. */
export function listUsedNames(text: string): string[] {
  if (!text.includes('{')) return [];
  return tokensOf(text).flatMap(({ kind, text: name }, i, all) => {
    if (kind === 'string') return [name];
    if (kind !== 'name') return [];
    return name === 'flags' || name === 'hydra' || (name === 'params' && !isMember(all, i)) ? [ALL] : [name];
  });
}

/** A text that is no template uses nothing. */
function tokensOf(text: string): JinjaToken[] {
  try {
    return tokenize(text).flatMap((item) => (item.kind === 'text' ? [] : item.tokens));
  } catch (error) {
    if (error instanceof JinjaError) return [];
    throw error;
  }
}

/** `params.lr` and `params['lr']` */
function isMember(tokens: readonly JinjaToken[], place: number): boolean {
  const [dot, key] = tokens.slice(place + 1);
  return dot?.text === '.' || (dot?.text === '[' && key?.kind === 'string');
}
