import { ExperimentManager } from '../../app/index.ts';
import { connectToParent } from '../../system/index.ts';
import { findWork } from '../calls/calls.ts';
import { encodeAnswer, toTrouble } from './encode-answer.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** A call that is being answered. */
interface Running {
  readonly abort: AbortController;
  lines?: AsyncIterator<string>;
}

/**
 * The program of a worker process: answers calls for the server that started it until that one ends, with its own
 * connection to the view of the project. What it has begun to change it brings to its end.
 *
 * @param mayAct otherwise it changes nothing
 */
export async function answerCalls(root: string, mayAct: boolean): Promise<void> {
  const running = new Map<number, Running>();
  const acts = new Set<Promise<unknown>>();
  let manager: ExperimentManager | undefined;
  const parent = connectToParent((message) => void hear(message as ToWorker));
  const send = (message: FromWorker): void => parent.send(message);

  async function hear(message: ToWorker): Promise<void> {
    const { id } = message;
    try {
      if (message.kind === 'ask') await answer(message);
      else if (message.kind === 'next') await sendLine(id);
      else stop(id);
    } catch (error) {
      running.delete(id);
      send({ kind: 'trouble', id, ...toTrouble(error) });
    }
  }

  async function answer({ id, name, request }: ToWorker & { kind: 'ask' }): Promise<void> {
    const call = findWork(name);
    const isHere = call !== undefined && (mayAct || call.place !== 'acts');
    if (!isHere || manager === undefined) throw new Error(`a worker cannot answer ${name}`);
    const abort = new AbortController();
    running.set(id, { abort });
    await manager.catchUp();
    const work = Promise.resolve(call.answer(request, { manager, signal: abort.signal }));
    if (call.place === 'acts') acts.add(work);
    const answered = encodeAnswer(await work);
    if (answered.kind === 'lines' && abort.signal.aborted) {
      await answered.lines[Symbol.asyncIterator]().return?.();
      running.delete(id);
      send({ kind: 'end', id });
    } else if (answered.kind === 'lines') {
      running.set(id, { abort, lines: answered.lines[Symbol.asyncIterator]() });
      send({ kind: 'lines', id });
    } else {
      running.delete(id);
      send({ ...answered, id });
    }
  }

  async function sendLine(id: number): Promise<void> {
    const next = await running.get(id)?.lines?.next();
    if (next === undefined || next.done === true) {
      running.delete(id);
      send({ kind: 'end', id });
    } else {
      send({ kind: 'line', id, text: next.value });
    }
  }

  /** What is being computed is answered by what the abort makes of it. */
  function stop(id: number): void {
    const { abort, lines } = running.get(id) ?? {};
    abort?.abort();
    if (lines === undefined) return;
    running.delete(id);
    lines.return?.().catch(() => undefined);
  }

  try {
    manager = await ExperimentManager.open({ dir: root, staysOpen: true, ...(mayAct && { by: 'web' }) });
    send({ kind: 'ready' });
  } catch (error) {
    send({ kind: 'unable', ...toTrouble(error) });
  }
  await parent.gone;
  await Promise.allSettled(acts);
  manager?.close();
}
