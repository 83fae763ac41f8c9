import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import type { ChangedEvent, Followed } from '../../server/index.ts';
import { addScreen, isFollowed, NOTHING_FOLLOWED } from './followed.ts';
import { getInfo, onChange, onGrowth, onInfo, type Growth, type LiveInfo } from './live-state.ts';
import { tellFollowed } from './live-tabs.ts';

/** How the page learns what changes, and how the scheduler is. */
export function useLive(): LiveInfo {
  return useSyncExternalStore(onInfo, getInfo);
}

/** Calls back when experiments changed, every 2 seconds at most. */
export function useChanges(callback: (changed: ChangedEvent) => void): void {
  const listener = useEffectEvent(callback);
  useEffect(() => onChange((changed) => listener(changed)), []);
}

/**
 * Calls back within seconds when a file that this screen shows has grown.
 *
 * @param followed nothing while the screen follows nothing
 */
export function useGrowth(followed: Partial<Followed>, callback: (growth: Growth) => void): void {
  const text = JSON.stringify({ ...NOTHING_FOLLOWED, ...followed });
  const listener = useEffectEvent(callback);
  useEffect(() => {
    const mine = JSON.parse(text) as Followed;
    const remove = addScreen(mine);
    tellFollowed();
    const stop = onGrowth((growth) => {
      if (isFollowed(mine, growth)) listener(growth);
    });
    return () => {
      stop();
      remove();
      tellFollowed();
    };
  }, [text]);
}
