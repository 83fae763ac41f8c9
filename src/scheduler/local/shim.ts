import { join } from 'node:path';
import { getFileFacts, readClaim, readTextIfThere, removePath, type ProcessRef } from '../../system/index.ts';
import { jobFolder, type Spool } from './spool/spool.ts';

/**
 * Runs the script of one task and outlives the supervisor: the exit status is in a file even when
 * no process waits for it.
 *
 * First it claims the task. So a supervisor that does not know whether its predecessor got as far as
 * starting the task may start it again: of two shims only one goes on. It must not die of the
 * signals that end the task, but its script must get them with their default meaning, which ignoring
 * them would change; so the traps do nothing.
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

/** One run of a task: each time that it went back into the queue makes another. */
export interface TaskRun {
  readonly id: number;
  readonly index: number;
  /** How often it went back before. */
  readonly restarts: number;
}

function runPath(spool: Spool, { id, index, restarts }: TaskRun): string {
  const name = restarts === 0 ? String(index) : `${index}.r${restarts}`;
  return join(jobFolder(spool, id), 'tasks', name);
}

/** @param note a line for the task's output, before the script's own; empty: none */
export function shimArgv(spool: Spool, run: TaskRun, boot: string, note: string): readonly [string, ...string[]] {
  const script = join(jobFolder(spool, run.id), 'script');
  return ['bash', '-c', SHIM, 'sheaf-task', runPath(spool, run), boot, script, note];
}

/** The shim that runs, or ran, a task; undefined when none has begun. */
export function readShim(spool: Spool, run: TaskRun): ProcessRef | undefined {
  const [pid, start, boot] = readClaim(`${runPath(spool, run)}.claim`)?.split(':') ?? [];
  return pid === undefined || start === undefined || boot === undefined ? undefined : { pid: Number(pid), start, boot };
}

/** The exit status that a shim left; undefined when it did not get so far. */
export function readExitStatus(spool: Spool, run: TaskRun): number | undefined {
  const text = readTextIfThere(`${runPath(spool, run)}.exit`)?.trim();
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The status is in the log now. The claim stays, so that a shim that is late finds it. */
export function removeExitStatus(spool: Spool, run: TaskRun): void {
  removePath(`${runPath(spool, run)}.exit`);
}

/** The file by which a task asks to go back into the queue when it has ended. */
export function againPath(spool: Spool, run: TaskRun): string {
  return `${runPath(spool, run)}.again`;
}

export function asksForAgain(spool: Spool, run: TaskRun): boolean {
  return getFileFacts(againPath(spool, run)) !== undefined;
}
