import type { Followed } from '../../server/index.ts';
import type { Growth } from './live-state.ts';

export const NOTHING_FOLLOWED: Followed = { logs: [], curves: [] };

const screens = new Map<symbol, Followed>();

/** @returns takes it back */
export function addScreen(followed: Followed): () => void {
  const name = Symbol('screen');
  screens.set(name, followed);
  return () => screens.delete(name);
}

/** What the screens of this tab follow; nothing while it is hidden. */
export function getFollowedHere(): Followed {
  return document.visibilityState === 'hidden' ? NOTHING_FOLLOWED : mergeFollowed(screens.values());
}

export function mergeFollowed(all: Iterable<Followed>): Followed {
  const logs = new Map<string, Followed['logs'][number]>();
  const curves = new Set<string>();
  for (const each of all) {
    for (const log of each.logs) logs.set(`${log.id}/${log.attempt}/${log.file}`, log);
    for (const id of each.curves) curves.add(id);
  }
  return { logs: [...logs.values()], curves: [...curves] };
}

export function isFollowed({ logs, curves }: Followed, growth: Growth): boolean {
  if (growth.kind === 'curve') return curves.includes(growth.id);
  const { id, attempt, file } = growth.log;
  return logs.some((log) => log.id === id && log.attempt === attempt && log.file === file);
}
