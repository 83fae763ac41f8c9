import { loadLater } from './load-later.tsx';
import type { ToastLink } from './toast-list.tsx';

/** Says in a corner of the page what was done, without waiting for an answer. Screen readers announce it. */
export function notify(title: string, description?: string, link?: ToastLink): void {
  import('./toast-list.tsx').then(
    ({ addToast }) => addToast(title, description, link),
    // The server is gone, which the page says elsewhere.
    () => undefined,
  );
}

/** Where {@link notify} shows what it says. No page waits for it. */
export const Toasts = loadLater(async () => (await import('./toast-list.tsx')).ToastList, null);
