import { isReplaced } from '../../../app/index.ts';
import type { ExitCode } from '../../../core/errors.ts';
import { listenForInterrupts } from '../../shell/interrupt.ts';
import { openSession, type Extensions, type Session } from '../../shell/session.ts';
import { printAnswer, type Shell } from '../../shell/print-answer.ts';
import { waitAnswer } from '../../views/waiting.ts';

/**
 * What a job runs that `sheaf wait --as-job` submitted: it waits until the sweep has ended, a successor goes on, or a person ends it.
 *
 * @param words the project, the sweep, the name of the job, its id, its node, and the seconds to its time limit (0: it has none)
 */
export async function runWaitJob(words: readonly string[], shell: Shell, extensions: Extensions): Promise<ExitCode> {
  const [project = '', sweep = '', token = '', job = '', node = '', left = '0'] = words;
  const signal = listenForInterrupts(shell.stderr);
  const globals = { ...shell.globals, project };
  const session = openSession({ ...shell, globals, env: process.env, signal, command: 'wait', extensions });
  try {
    const manager = await session.open();
    const leftMs = Number(left) > 0 ? Number(left) * 1_000 : Infinity;
    const run = await manager.beginWaitJob({ sweep, token, job, node, leftMs, say: session.say });
    if (run === undefined) return 0;
    try {
      const own: Session = { ...session, signal: AbortSignal.any([signal, run.signal]) };
      const answer = await waitAnswer(manager, { sweep }, own, { harvest: run.request.harvest });
      if (signal.aborted) return 130;
      printAnswer(answer, shell, 'wait', false);
      await run.end();
    } finally {
      run.close();
    }
    return 0;
  } catch (error) {
    if (isReplaced(error)) return 0;
    throw error;
  } finally {
    session.close();
  }
}
