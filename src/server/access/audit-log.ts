import { isoTime, nowMs, readTextIfThere, writeAtomic } from '../../system/index.ts';

/** Who used the server, and who tried. It has no code, cookie, query or body. */
export interface AuditLog {
  /** @param event such as `login`, or `connection refused: uid 2311` */
  record(event: string): void;
}

const MOST_LINES = 1000;
/** The same event is written once in this time. */
const QUIET_MS = 60_000;

/** Keeps the newest 1,000 events in a file that only this user can read. */
export function openAuditLog(path: string): AuditLog {
  const lastMs = new Map<string, number>();
  let lines = (readTextIfThere(path) ?? '').split('\n').filter(Boolean);
  return {
    record: (event) => {
      const now = nowMs();
      if (now - (lastMs.get(event) ?? 0) < QUIET_MS) return;
      if (lastMs.size > MOST_LINES) lastMs.clear();
      lastMs.set(event, now);
      lines = [...lines, `${isoTime(now)} ${event}`].slice(-MOST_LINES);
      try {
        writeAtomic(path, `${lines.join('\n')}\n`, { mode: 0o600 });
      } catch {
        // The disk may be full. The server goes on, and the next event is written with this one.
      }
    },
  };
}
