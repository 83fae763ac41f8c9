import { privateFolder } from '../../store/index.ts';
import type { SchedulerDescription } from '../../scheduler/index.ts';
import type { Environment } from './project.ts';

/** Whether there is a cluster here, and what it has. */
export interface SeenCluster {
  readonly kind: 'answers' | 'silent' | 'misnamed' | 'absent';
  /** Why it is taken to be there or not, in words. */
  readonly why: string;
  readonly description?: SchedulerDescription;
}

/** Looks for a Slurm cluster that this host belongs to; changes nothing. */
export async function lookForCluster(env: Environment): Promise<SeenCluster> {
  const { openSlurmScheduler, slurmPresence } = await import('../../scheduler/index.ts');
  const presence = await slurmPresence(env);
  if (presence.kind === 'absent' || presence.kind === 'misnamed') return presence;
  if (presence.kind === 'silent') {
    return { kind: 'silent', why: `Slurm is set up here, but does not answer now: ${presence.said}` };
  }
  try {
    const folder = (cluster: string): string | undefined => privateFolder(`slurm-${cluster}`, env);
    const description = await (await openSlurmScheduler({ env, folder })).describe();
    return { kind: 'answers', why: `${description.name} answers`, description };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { kind: 'answers', why: `Slurm answers, but does not tell of itself: ${error.message}` };
  }
}
