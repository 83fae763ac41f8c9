/**
 * Two ordinary users of the system, for tests of what one may do with another's jobs.
 *
 * They are made when missing and stay when a cluster goes: another cluster may use them. Each cluster has a home for
 * each of them below its own folder; the system's entry names the home of the cluster that made it.
 */
import { existsSync, mkdirSync, chownSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, run } from './run.ts';

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Below the cluster's folder. */
  readonly home: string;
}

export const userNames: readonly string[] = ['sheaf1', 'sheaf2'];

export async function ensureUsers(dir: string): Promise<void> {
  for (const name of userNames) {
    const home = homeOf(dir, name);
    const entry = entryOf(name);
    if (entry === undefined)
      await must('useradd', ['--no-create-home', '--home-dir', home, '--shell', '/bin/bash', name]);
    // The cluster that made the user is gone.
    else if (!existsSync(entry.home)) await run('usermod', ['--home', home, name]);
    const { uid, gid } = entryOf(name) ?? { uid: 0, gid: 0 };
    mkdirSync(home, { recursive: true, mode: 0o755 });
    chownSync(home, uid, gid);
  }
}

export function usersOf(dir: string): User[] {
  return userNames.flatMap((name) => {
    const entry = entryOf(name);
    return entry === undefined ? [] : { name, uid: entry.uid, gid: entry.gid, home: homeOf(dir, name) };
  });
}

function homeOf(dir: string, name: string): string {
  return join(dir, 'home', name);
}

function entryOf(name: string): { uid: number; gid: number; home: string } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`${name}:`));
  if (line === undefined) return undefined;
  const [, , uid, gid, , home = ''] = line.split(':');
  return { uid: Number(uid), gid: Number(gid), home };
}
