import { useMemo } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import { newEntry } from './entry-memory.ts';

/** What the fragment of the address says: the page, and what it shows. All of the state of a page is there. */
export interface Route {
  /** `/x/ID/logs` as `['x', 'ID', 'logs']`, decoded. */
  readonly parts: readonly string[];
  readonly settings: URLSearchParams;
}

/** Reads an address. @param location of the fragment, without `#`: `/x?q=lr%3D1` */
export function parseRoute(location: string): Route {
  const [path = '', search = ''] = splitOnce(location, '?');
  return { parts: path.split('/').filter(Boolean).map(decode), settings: new URLSearchParams(search) };
}

/** The address of a page, as `href` of a link. Settings that are undefined or empty are left out. */
export function toHref(
  parts: readonly string[],
  settings: { readonly [key: string]: string | undefined } = {},
): string {
  const given = Object.entries(settings).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const search = new URLSearchParams(given).toString();
  return `#/${parts.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}

/** The address of now, and how to go to another one; `replace` keeps the step back where it is. */
export function useRoute(): { readonly route: Route; readonly go: typeof goTo } {
  const [location] = useHashLocation();
  const route = useMemo(() => parseRoute(location), [location]);
  return { route, go: goTo };
}

/**
 * Changes the settings of a page, from those that the address has now. Nothing when the user has gone to another page since
 * `drawn`: what asked for the change may answer late.
 */
export function changeSettings(
  drawn: Route,
  change: (settings: URLSearchParams) => { readonly [key: string]: string | undefined },
  options?: { readonly replace?: boolean },
): void {
  const now = parseRoute(location.hash.replace(/^#/, ''));
  if (now.parts.join('/') === drawn.parts.join('/')) goTo(toHref(now.parts, change(now.settings)), options);
}

/** The router's own way would put what is behind `?` before the `#`, where servers and their logs see it. */
function goTo(href: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (replace) history.replaceState(history.state, '', href);
  else history.pushState(newEntry(), '', href);
  dispatchEvent(new HashChangeEvent('hashchange'));
}

function splitOnce(text: string, at: string): string[] {
  const place = text.indexOf(at);
  return place < 0 ? [text] : [text.slice(0, place), text.slice(place + at.length)];
}

/** As written if it is not what `encodeURIComponent` gives. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
