import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asToken } from '../../../core/ids.ts';
import type { LocalDependency, LocalJob } from './job-file.ts';
import { replayJobLog, type TaskState } from './job-log.ts';
import { Queue, type Move } from './queue.ts';
import { Slots } from './slots.ts';

const JOB: LocalJob = {
  schema: 1,
  token: asToken('t'),
  submittedMs: 0,
  cwd: '/',
  outputFolder: '/',
  cpus: 1,
  gpus: 0,
  held: false,
  after: [],
};

const slots = (cpus: number, gpus: readonly string[] = []): Slots => new Slots({ cpus, gpus });

function add(queue: Queue, id: number, rest: Partial<LocalJob> = {}): void {
  const job = { ...JOB, ...rest };
  queue.add({ id, job, states: replayJobLog(job, '').states });
}

const names = (moves: readonly Move[]): string[] => moves.map(({ kind, id, index }) => `${kind} ${id}_${index}`);

const running = (move: Extract<Move, { kind: 'start' }>): TaskState => ({
  ...move,
  kind: 'running',
  startedMs: 0,
  boot: 'b',
});
const ended = (state: 'completed' | 'failed' | 'dependency'): TaskState => ({ kind: 'ended', atMs: 0, state });

/** Carries moves out as a supervisor does. */
function carryOut(queue: Queue, moves: readonly Move[]): void {
  for (const move of moves) {
    queue.change(move.id, move.index, move.kind === 'start' ? running(move) : ended('dependency'));
  }
}

describe('the queue', () => {
  test('starts in order of submission, as many as fit', () => {
    const queue = new Queue();
    add(queue, 1, { cpus: 2 });
    add(queue, 2, { indices: [3, 5] });
    expect(names(queue.plan(slots(3)).moves)).toEqual(['start 1_0', 'start 2_3']);
  });

  test('starts requeued jobs again, in their place, before later ones', () => {
    const queue = new Queue();
    add(queue, 1);
    add(queue, 2, { after: [{ id: 1, tasks: 'all' }] });
    add(queue, 3);
    const room = slots(1);
    carryOut(queue, queue.plan(room).moves);
    queue.change(1, 0, { kind: 'pending', held: false, restarts: 1 });
    room.give({ cpus: 1, gpus: [] });
    expect(queue.runningTasks()).toEqual([]);
    expect(names(queue.plan(room).moves)).toEqual(['start 1_0']);
  });

  test('starts what waits only for an end, however that was, and when it is not known any more', () => {
    const queue = new Queue();
    add(queue, 1, { indices: [0, 1] });
    add(queue, 2, { after: [{ id: 1, tasks: 'all', until: 'ended' }] });
    add(queue, 3, { indices: [1], after: [{ id: 1, tasks: 'each', until: 'ended' }] });
    add(queue, 4, { after: [{ id: 99, tasks: 'all', until: 'ended' }] });
    const room = slots(8);
    const first = queue.plan(room).moves;
    expect(names(first)).toEqual(['start 1_0', 'start 1_1', 'start 4_0']);
    carryOut(queue, first);
    queue.change(1, 1, ended('failed'));
    expect(names(queue.plan(room).moves)).toEqual(['start 3_1']);
    queue.change(1, 0, ended('failed'));
    expect(names(queue.plan(room).moves)).toEqual(['start 2_0']);
  });

  test('lets more of an array run when its limit is raised, and no more when it is lowered', () => {
    const queue = new Queue();
    add(queue, 1, { indices: [0, 1, 2, 3, 4], maxParallel: 1 });
    const room = slots(8);
    const first = queue.plan(room).moves;
    expect(names(first)).toEqual(['start 1_0']);
    carryOut(queue, first);
    queue.throttle(1, 3);
    const more = queue.plan(room).moves;
    expect(names(more)).toEqual(['start 1_1', 'start 1_2']);
    carryOut(queue, more);
    queue.throttle(1, 1);
    queue.change(1, 0, ended('completed'));
    expect(queue.plan(room).moves).toEqual([]);
    queue.throttle(1, undefined);
    expect(names(queue.plan(room).moves)).toEqual(['start 1_3', 'start 1_4']);
  });

  test('lets nothing pass a task that waits for resources', () => {
    const queue = new Queue();
    add(queue, 1);
    add(queue, 2, { cpus: 2 });
    add(queue, 3);
    const plan = queue.plan(slots(2));
    expect(names(plan.moves)).toEqual(['start 1_0']);
    expect(plan.blocked).toEqual({ id: 2, why: 'waits for 2 CPUs; 1 of 2 in use' });
  });

  test('skips jobs that are held, wait for jobs, or have their share of an array running', () => {
    const queue = new Queue();
    add(queue, 1, { held: true });
    add(queue, 2, { after: [{ id: 1, tasks: 'all' }] });
    add(queue, 3, { indices: [0, 1], maxParallel: 1 });
    add(queue, 4);
    expect(names(queue.plan(slots(4)).moves)).toEqual(['start 3_0', 'start 4_0']);
  });

  test('gives a job that asks for more than there is all there is', () => {
    const queue = new Queue();
    add(queue, 1, { cpus: 64, gpus: 8 });
    expect(queue.plan(slots(2, ['a', 'b'])).moves).toEqual([
      { kind: 'start', id: 1, index: 0, cpus: 2, gpus: ['a', 'b'] },
    ]);
  });

  test('knows the lowest open job, in whatever order they come and go', () => {
    const queue = new Queue();
    add(queue, 2);
    add(queue, 1, { held: true });
    expect(queue.firstOpen()).toBe(1);
    expect(names(queue.plan(slots(2)).moves)).toEqual(['start 2_0']);
    queue.change(1, 0, ended('failed'));
    expect(queue.firstOpen()).toBe(2);
    queue.change(2, 0, ended('completed'));
    expect(queue.firstOpen()).toBeUndefined();
  });

  test('an end is final', () => {
    const queue = new Queue();
    add(queue, 1);
    queue.change(1, 0, ended('failed'));
    queue.change(1, 0, { kind: 'pending', held: false });
    expect(queue.plan(slots(1)).moves).toEqual([]);
  });
});

describe('any queue', () => {
  const dependency = (id: number): fc.Arbitrary<LocalDependency> =>
    fc.record({ id: fc.constant(id), tasks: fc.oneof(fc.constantFrom('all' as const, 'each' as const), fc.nat(3)) });
  const jobs = fc.array(
    fc.record({
      cpus: fc.integer({ min: 1, max: 4 }),
      gpus: fc.integer({ min: 0, max: 3 }),
      size: fc.integer({ min: 1, max: 4 }),
      maxParallel: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      held: fc.boolean(),
      parents: fc.array(fc.nat(), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 8 },
  );

  test('comes to its end: each task once, within slots and shares, failures passed on', () => {
    fc.assert(
      fc.property(jobs, fc.infiniteStream(fc.tuple(fc.nat(), fc.boolean())), fc.gen(), (drafts, chance, gen) => {
        const queue = new Queue();
        const machine = slots(4, ['0', '1']);
        const made = drafts.map(({ size, parents, maxParallel, held, cpus, gpus }, i): LocalJob => {
          const after = i === 0 ? [] : parents.map((parent) => gen(dependency, (parent % i) + 1));
          const indices = Array.from({ length: size }, (_, index) => index);
          return { ...JOB, cpus, gpus, held, indices, after, ...(maxParallel === undefined ? {} : { maxParallel }) };
        });
        made.forEach((job, i) => add(queue, i + 1, job));

        const started: string[] = [];
        const runningNow: Extract<Move, { kind: 'start' }>[] = [];
        const toRelease = made.flatMap((job, i) => (job.held ? [i + 1] : []));
        for (let rounds = 0; queue.firstOpen() !== undefined; rounds += 1) {
          expect(rounds).toBeLessThan(500);
          for (;;) {
            const { moves } = queue.plan(machine);
            if (moves.length === 0) break;
            carryOut(queue, moves);
            for (const move of moves)
              if (move.kind === 'start') {
                runningNow.push(move);
                started.push(`${move.id}_${move.index}`);
              }
          }
          expect(runningNow.reduce((sum, { cpus }) => sum + cpus, 0)).toBeLessThanOrEqual(4);
          const gpusInUse = runningNow.flatMap(({ gpus }) => gpus);
          expect(new Set(gpusInUse).size).toBe(gpusInUse.length);
          made.forEach(({ maxParallel = Infinity }, i) => {
            expect(runningNow.filter(({ id }) => id === i + 1).length).toBeLessThanOrEqual(maxParallel);
          });

          const [{ value: [pick, fails] = [0, false] }] = [chance.next()];
          const released = runningNow.length === 0 || pick % 5 === 0 ? toRelease.shift() : undefined;
          if (released !== undefined) {
            for (const index of made[released - 1]?.indices ?? []) {
              if (queue.job(released)?.states.get(index)?.kind === 'pending')
                queue.change(released, index, { kind: 'pending', held: false });
            }
          } else {
            const [done] = runningNow.splice(pick % Math.max(1, runningNow.length), 1);
            if (done === undefined) continue;
            queue.change(done.id, done.index, ended(fails ? 'failed' : 'completed'));
            machine.give(done);
          }
        }
        expect(new Set(started).size).toBe(started.length);
        expectFailuresPassedOn(queue, made);
      }),
      { numRuns: 300 },
    );
  });
});

/** A task ended as `dependency` exactly when something that it waited for did not complete. */
function expectFailuresPassedOn(queue: Queue, jobs: readonly LocalJob[]): void {
  const completed = (id: number, index?: number): boolean => {
    const states = [...(queue.job(id)?.states ?? [])].filter(([i]) => index === undefined || i === index);
    return states.every(([, state]) => state.kind === 'ended' && state.state === 'completed');
  };
  jobs.forEach(({ after, indices = [] }, i) => {
    for (const index of indices) {
      const met = after.every(({ id, tasks }) => {
        const partner = tasks === 'all' ? undefined : tasks === 'each' ? index : tasks;
        const hasPartner = partner !== undefined && queue.job(id)?.states.has(partner);
        return completed(id, hasPartner ? partner : undefined);
      });
      const state = queue.job(i + 1)?.states.get(index);
      expect(state?.kind === 'ended' && state.state === 'dependency').toBe(!met);
    }
  });
}
