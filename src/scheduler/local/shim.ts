import { join } from 'node:path';
import { readClaim, readTextIfThere, removePath, type ProcessRef } from '../../system/index.ts';
import { jobFolder, type Spool } from './spool.ts';

/**
 * Runs the script of one task and outlives the supervisor: the exit status is in a file even when
 * nobody waits for it.
 *
 * First it claims the task. So a supervisor that does not know whether its predecessor got as far as
 * starting the task may start it again: of two shims only one goes on. It must not die of the
 * signals that end the task, but its script must get them with their default meaning, which ignoring
 * them would change; hence traps that do nothing.
 */
const SHIM = String.raw`
trap : HUP INT QUIT TERM USR1 USR2
base=$1 boot=$2 script=$3 note=$4
read -r stat </proc/$$/stat
set -- $\{stat##*) }
own=$$:$\{20}:$boot
if ! ln -sT -- "$own" "$base.claim"; then
  holder=$(readlink -- "$base.claim") || exit 74
  [[ $holder == "$own" ]] || exit 0
fi
[[ -z $note ]] || printf '%s\n' "$note"
bash -- "$script"
status=$?
trap '' HUP INT QUIT TERM USR1 USR2
printf '%s\n' "$status" >"$base.exit.tmp" && mv -fT -- "$base.exit.tmp" "$base.exit"
exit "$status"
`.replaceAll('$\\{', '${');

function taskPath(spool: Spool, id: number, index: number): string {
  return join(jobFolder(spool, id), 'tasks', String(index));
}

/** @param note a line for the task's output, before the script's own; empty: none */
export function shimArgv(
  spool: Spool,
  id: number,
  index: number,
  boot: string,
  note: string,
): readonly [string, ...string[]] {
  const script = join(jobFolder(spool, id), 'script');
  return ['bash', '-c', SHIM, 'sheaf-task', taskPath(spool, id, index), boot, script, note];
}

/** The shim that runs, or ran, a task; undefined when none has begun. */
export function shimOf(spool: Spool, id: number, index: number): ProcessRef | undefined {
  const [pid, start, boot] = readClaim(`${taskPath(spool, id, index)}.claim`)?.split(':') ?? [];
  return pid === undefined || start === undefined || boot === undefined ? undefined : { pid: Number(pid), start, boot };
}

/** The exit status that a shim left; undefined when it did not get so far. */
export function exitStatusOf(spool: Spool, id: number, index: number): number | undefined {
  const text = readTextIfThere(`${taskPath(spool, id, index)}.exit`)?.trim();
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The status is in the log now. The claim stays, so that a shim that is late finds it. */
export function removeExitStatus(spool: Spool, id: number, index: number): void {
  removePath(`${taskPath(spool, id, index)}.exit`);
}
