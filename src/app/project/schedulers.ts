import type { SchedulerHost, SchedulerKind, SchedulerKinds } from '../../scheduler/index.ts';
import { privateFolder } from '../../store/index.ts';
import type { Environment } from './types.ts';

/** All schedulers that a project may name: those that come with sheaf, and those of the caller. */
export async function getSchedulerKinds(extra: SchedulerKinds | undefined): Promise<SchedulerKinds> {
  const { SCHEDULERS } = await import('../../scheduler/index.ts');
  return { ...SCHEDULERS, ...extra };
}

/** @throws Error for a name that nobody checked */
export function getSchedulerKind(kinds: SchedulerKinds, name: string): SchedulerKind {
  const kind = kinds[name];
  if (kind === undefined) throw new Error(`unexpected scheduler: ${name}`);
  return kind;
}

export function toSchedulerHost(env: Environment): SchedulerHost {
  return { env, folder: (name) => privateFolder(name, env) };
}
