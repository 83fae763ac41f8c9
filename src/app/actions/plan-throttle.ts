import { findSweep } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import type { ActionPlan, Throttling } from './action.ts';
import { writeActionCommand } from './action-command.ts';
import { makePlanId } from './plan-id.ts';

/** What another limit of a sweep would do. @throws SheafError `sweep.unknown` */
export function planThrottle(project: Project, action: Throttling): ActionPlan {
  const { name, maxParallel } = action;
  const before = findSweep(project, name).maxParallel?.value ?? 0;
  return {
    title: `Run ${describeLimit(maxParallel)} of sweep ${name} at once`,
    lines: [
      `At once: ${describeLimit(before)} → ${describeLimit(maxParallel)}`,
      'For arrays that are in the queue, and for what is submitted later. What runs goes on',
    ],
    count: before === maxParallel ? 0 : 1,
    command: writeActionCommand(action),
    warnings: [],
    id: makePlanId(action, before),
  };
}

/** @param limit 0: no limit */
function describeLimit(limit: number): string {
  return limit === 0 ? 'any number' : `at most ${limit}`;
}
