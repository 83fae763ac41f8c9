import type { ExitCode } from '../core/errors.ts';
import { complete } from './complete.ts';
import { openSession, type Extensions } from './shell/session.ts';
import type { Shell } from './shell/print-answer.ts';

/**
 * Commands that users do not type: the local scheduler's supervisor, a worker of the dashboard, one that folds the journal, a job that
 * waits for a sweep, completion for shells.
 */
export async function runInternal(
  name: string,
  words: readonly string[],
  shell: Shell,
  extensions: Extensions,
): Promise<ExitCode> {
  if (name === '__supervise') {
    const { superviseSpool } = await import('../app/index.ts');
    await superviseSpool(words[0] ?? '');
    return 0;
  }
  if (name === '__fold') {
    const { foldForParent } = await import('../app/index.ts');
    await foldForParent(words[0] ?? '');
    return 0;
  }
  if (name === '__answer') {
    const { answerCalls } = await import('../server/index.ts');
    await answerCalls(words[0] ?? '', words[1] === 'acts');
    return 0;
  }
  if (name === '__wait') return (await import('./commands/run/wait-job.ts')).runWaitJob(words, shell, extensions);
  return offerCompletions(words, shell);
}

/** An error must not disturb a shell that completes. */
async function offerCompletions(words: readonly string[], shell: Shell): Promise<ExitCode> {
  const session = openSession({
    ...shell,
    env: process.env,
    signal: new AbortController().signal,
    command: '',
    extensions: {},
  });
  try {
    const candidates = await complete(words, session);
    shell.out.write(candidates.map(({ text, help }) => `${text}\t${help}\n`).join(''));
  } catch {
    return 1;
  } finally {
    session.close();
  }
  return 0;
}
