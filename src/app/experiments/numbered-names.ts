import { numberName, type ExpId, type Key } from '../../core/ids.ts';
import type { Project } from '../project/project.ts';

/**
 * The name that the next experiment or sweep of a template gets if it is given none: `baseline-001`, `baseline-002`, …
 * Experiments and sweeps share the numbers of a template, so that a name means one thing. Nothing is claimed.
 *
 * Claims of names are never removed, so a number is never used again. A search that doubles and then halves needs
 * a few dozen claims for 100,000 experiments; numbers that a person skipped stay unused.
 */
export function findNextName(project: Project, template: string): ExpId {
  return numberName(template, findNextNumber(project, template));
}

function findNextNumber(project: Project, template: string): number {
  let [used, free] = [0, 1];
  while (isUsed(project, numberName(template, free))) [used, free] = [free, free * 2];
  while (free - used > 1) {
    const middle = Math.floor((used + free) / 2);
    if (isUsed(project, numberName(template, middle))) used = middle;
    else free = middle;
  }
  return free;
}

/** Whether anything ever had this name; the view knows those whose claims were lost. */
function isUsed({ store }: Project, name: ExpId): boolean {
  return store.claims.isUsed(name) || store.find(name) !== undefined || store.sweep(name) !== undefined;
}

/** Takes the next name of a template for an experiment: commands on other hosts get other names. */
export function claimNextExpId(project: Project, template: string, key: Key): ExpId {
  const { claims } = project.store;
  return claimNext(project, template, (name) => claims.takeName(name, key).key === key && !claims.isSweepName(name));
}

/** Takes the next name of a template for a sweep; `key` is random. */
export function claimNextSweepName(project: Project, template: string, key: Key): ExpId {
  const { claims } = project.store;
  return claimNext(
    project,
    template,
    (name) => claims.takeSweepName(name, key).key === key && claims.nameHolder(name) === undefined,
  );
}

/** @param take false when someone else has the name, or takes it for something of the other kind at this moment */
function claimNext(project: Project, template: string, take: (name: ExpId) => boolean): ExpId {
  for (let n = findNextNumber(project, template); ; n += 1) {
    const name = numberName(template, n);
    if (!isUsed(project, name) && take(name)) return name;
  }
}
