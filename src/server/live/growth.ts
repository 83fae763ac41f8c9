import type { ExperimentManager, FollowedLog } from '../../app/index.ts';
import type { Followed } from '../calls/live-state.ts';

/** What has grown since the last look, of what someone follows. */
export interface Growth {
  look(followed: Iterable<Followed>): Promise<Followed>;
}

const NOTHING: Followed = { logs: [], curves: [] };

/** Files that one look reads the facts of, so that it is short. The others have their turn at the next one. */
const MOST_AT_ONCE = 40;

/** Compares followed files with what they were. One that nobody followed may have grown since the screen read it. */
export function openGrowth(manager: ExperimentManager): Growth {
  let known = new Map<string, string>();
  let turn = 0;
  return {
    look: async (followed) => {
      const all = [...collect(followed)];
      if (all.length === 0) {
        known.clear();
        return NOTHING;
      }
      turn = turn >= all.length ? 0 : turn;
      const some = all.slice(turn, turn + MOST_AT_ONCE);
      turn += some.length;
      const logs = some.flatMap(([, each]) => (typeof each === 'string' ? [] : [each]));
      const curves = some.flatMap(([, each]) => (typeof each === 'string' ? [each] : []));
      const stamps = await manager.stampFiles(logs, curves);
      const before = known;
      const names = new Set(all.map(([name]) => name));
      known = new Map([...before].filter(([name]) => names.has(name)));
      const hasGrown = (name: string, stamp = ''): boolean => {
        known.set(name, stamp);
        return (before.get(name) ?? '') !== stamp;
      };
      return {
        logs: logs.filter((log, i) => hasGrown(nameOf(log), stamps.logs[i])),
        curves: curves.filter((id, i) => hasGrown(nameOf(id), stamps.runs[i])),
      };
    },
  };
}

/** Each once, however many screens show it. */
function collect(followed: Iterable<Followed>): Map<string, FollowedLog | string> {
  const all = new Map<string, FollowedLog | string>();
  for (const { logs, curves } of followed) {
    for (const each of [...logs, ...curves]) all.set(nameOf(each), each);
  }
  return all;
}

function nameOf(what: FollowedLog | string): string {
  return typeof what === 'string' ? what : `${what.id}/${what.attempt}/${what.file}`;
}
