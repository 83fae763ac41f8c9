import { formatError } from '../../core/errors.ts';
import { getFileFacts, isoTime, nowMs, watchFolder } from '../../system/index.ts';
import { WakeSignal } from './wake-signal.ts';
import { writeHeartbeat, claimGeneration, isSuperseded, resign } from './spool/generation.ts';
import { JobRunner, type JobRunnerOptions } from './job-runner.ts';
import { findMachine } from './spool/slots.ts';
import { controlFolder, openSpool, tokensFolder } from './spool/spool.ts';

/** Times of a supervisor, in milliseconds; tests shorten them. */
export interface SuperviseOptions extends Partial<JobRunnerOptions> {
  /** It ends when nothing has run for this long. */
  readonly idleMs?: number;
  /** Maximum interval between two reads of the spool. */
  readonly pollMs?: number;
  /** Pause after a fault, such as a full disk. */
  readonly retryMs?: number;
}

const IDLE_MS = 5_000;
const POLL_MS = 500;
const RETRY_MS = 5_000;
/** While processes are being ended it looks more often. */
const STOPPING_POLL_MS = 100;
const HEARTBEAT_MS = 2_000;
const GRACE_MS = 30_000;

/**
 * Runs the jobs of a spool until nothing is left to do; ends at once when another process does that.
 *
 * It can be killed at any moment. All it knows is on disk, and after any fault it reads that again: going
 * on after a full disk and taking over from a dead supervisor are the same.
 *
 * @param path the spool, absolute
 */
export async function superviseSpool(path: string, options: SuperviseOptions = {}): Promise<void> {
  sayWhatCanBeSaid();
  const spool = openSpool(path);
  const first = claimGeneration(spool);
  if (first === undefined) return;
  const { idleMs = IDLE_MS, pollMs = POLL_MS, retryMs = RETRY_MS, graceMs = GRACE_MS } = options;
  const machine = await findMachine({}, process.env);
  say(`supervisor ${first} begins, with ${machine.cpus} CPUs and ${machine.gpus.length} GPUs`);

  const signal = new WakeSignal();
  using _tokens = watchFolder(tokensFolder(spool), () => signal.wake());
  using _controls = watchFolder(controlFolder(spool), () => signal.wake());
  const runner = new JobRunner(spool, machine, { graceMs }, () => signal.wake(), say);
  let [generation, lastBusyMs, lastBeatMs] = [first, nowMs(), 0];

  for (;;) {
    let restMs = pollMs;
    try {
      if (isSuperseded(spool, generation)) return say('another supervisor took over');
      const activity = runner.runOnce();
      if (nowMs() - lastBeatMs >= HEARTBEAT_MS) {
        writeHeartbeat(spool, generation);
        lastBeatMs = nowMs();
      }
      if (activity !== 'idle') lastBusyMs = nowMs();
      if (activity === 'stopping') restMs = STOPPING_POLL_MS;
      if (nowMs() - lastBusyMs >= idleMs) {
        resign(spool, generation);
        const next = runner.hasUnseenWork() ? claimGeneration(spool) : undefined;
        if (next === undefined) return say('nothing is left to do');
        [generation, lastBusyMs, lastBeatMs] = [next, nowMs(), 0];
      }
    } catch (error) {
      if (getFileFacts(path) === undefined) return say('the spool is gone');
      say(`${formatError(error)}; the next try is in ${retryMs / 1000} s`);
      runner.reloadNext();
      restMs = retryMs;
    }
    await signal.wait(restMs);
  }
}

function say(text: string): void {
  process.stderr.write(`${isoTime(nowMs())} ${text}\n`);
}

/** The log may be on the disk that is full. */
function sayWhatCanBeSaid(): void {
  process.stderr.on('error', () => undefined);
}
