import { quoteArgument } from '../shell/quote.ts';

/** A path as written in a template, as a word of a script: relative ones begin at the project. */
export function quotePath(path: string): string {
  if (path === '~' || path.startsWith('~/')) return `"$HOME"${quotedRest(path.slice(1))}`;
  return path.startsWith('/')
    ? quoteArgument(path)
    : `"$SHEAF_PROJECT"${quotedRest(`/${path.replace(/^(?:\.\/+)+/, '')}`)}`;
}

function quotedRest(rest: string): string {
  return rest === '' ? '' : quoteArgument(rest);
}
