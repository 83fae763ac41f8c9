import { useSyncExternalStore } from 'react';
import type { SessionAnswer, SessionRequest } from '../../server/index.ts';

/** Whether this page may ask the server: `ended` after it could, `used` is a link that opens nothing, `away` a server that does not answer. */
export type SessionState = 'opening' | 'open' | 'none' | 'ended' | 'used' | 'away';

const KEY = 'sheaf-token';

/**
 * Where the token is kept for a reload. Below a prefix the origin is a portal's, whose other pages could read what all
 * tabs share; an origin of its own shares it, so that a link opens in another tab, too.
 */
const store: Storage = location.pathname === '/' ? localStorage : sessionStorage;

let token: string | null = store.getItem(KEY);
let state: SessionState = token === null ? 'none' : 'open';
const listeners = new Set<() => void>();

function setState(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}

/** What each call carries, beside the cookie that the browser adds. */
export function getToken(): string {
  return token ?? '';
}

/** The server knows this session no longer. */
export function loseSession(): void {
  if (state !== 'open') return;
  token = null;
  store.removeItem(KEY);
  setState('ended');
}

/** Uses the code of a link: `http://…/#k=CODE`, or the code alone. */
export async function openSession(link: string): Promise<void> {
  setState('opening');
  const request: SessionRequest = { code: link.trim().replace(/^.*#k=/, '') };
  try {
    const response = await fetch('api/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    if (!response.ok) return setState('used');
    token = ((await response.json()) as SessionAnswer).token;
    store.setItem(KEY, token);
    setState('open');
  } catch {
    setState('away');
  }
}

/** Takes a code out of the address, where it would stay in the history, and uses it. */
function useCodeOfAddress(): void {
  if (!location.hash.startsWith('#k=')) return;
  const code = location.hash;
  history.replaceState(null, '', '#/');
  void openSession(code);
}

/** Begins with the link that was opened, and listens for the next one. Called once. */
export function startSession(): void {
  useCodeOfAddress();
  addEventListener('hashchange', useCodeOfAddress);
  // Another tab used a new link.
  addEventListener('storage', ({ key, newValue }) => {
    if (key !== KEY || newValue === null) return;
    token = newValue;
    setState('open');
  });
}

export function useSession(): SessionState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}
