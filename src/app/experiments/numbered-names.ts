import { numberName, type ExpId, type Key } from '../../core/ids.ts';
import { listPinned } from '../checkpoints/pins.ts';
import type { Project } from '../project/project.ts';

/**
 * The name that the next experiment or sweep of a template gets if it is given none: `baseline-001`, `baseline-002`, …
 * Experiments and sweeps share the numbers of a template, so that a name means one thing. Nothing is claimed.
 *
 * Claims of names are never removed, so a number is never used again. A search that doubles and then halves needs
 * a few dozen claims for 100,000 experiments; numbers that a person skipped stay unused.
 */
export function findNextName(project: Project, template: string): ExpId {
  return numberName(template, findNextNumber(template, findUsedNames(project)));
}

type NameTest = (name: ExpId) => boolean;

function findNextNumber(template: string, isUsed: NameTest): number {
  let [used, free] = [0, 1];
  while (isUsed(numberName(template, free))) [used, free] = [free, free * 2];
  while (free - used > 1) {
    const middle = Math.floor((used + free) / 2);
    if (isUsed(numberName(template, middle))) used = middle;
    else free = middle;
  }
  return free;
}

/** Whether anything ever had a name, or a pinned checkpoint has it; the view knows those whose claims were lost. */
function findUsedNames(project: Project): NameTest {
  const { store } = project;
  const pinned = new Set(listPinned(project).map(({ name }) => name));
  return (name) =>
    pinned.has(name) || store.claims.isUsed(name) || store.find(name) !== undefined || store.sweep(name) !== undefined;
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
function claimNext(project: Project, template: string, take: NameTest): ExpId {
  const isUsed = findUsedNames(project);
  for (let n = findNextNumber(template, isUsed); ; n += 1) {
    const name = numberName(template, n);
    if (!isUsed(name) && take(name)) return name;
  }
}
