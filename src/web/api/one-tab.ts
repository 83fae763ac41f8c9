/**
 * Does something in one of the tabs of this browser that are visible: when that one is hidden or closed, another goes on.
 * A browser has no locks on plain http to another machine: each visible tab does it then.
 *
 * @param name of the lock
 * @param act ends when its signal is aborted
 */
export function actInOneTab(name: string, act: (signal: AbortSignal) => void): void {
  let turn: AbortController | undefined;
  const takeTurn = (): void => {
    if (document.visibilityState === 'hidden') {
      turn?.abort();
      turn = undefined;
      return;
    }
    if (turn !== undefined) return;
    const { signal } = (turn = new AbortController());
    const locks = navigator.locks as LockManager | undefined;
    if (locks === undefined) return act(signal);
    const lead = async (): Promise<void> => {
      const ended = new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      act(signal);
      await ended;
    };
    // Rejected when this tab is hidden before its turn.
    locks.request(name, { signal }, lead).catch(() => undefined);
  };
  document.addEventListener('visibilitychange', takeTurn);
  takeTurn();
}
