import { inputError, type SheafError } from '../../core/errors.ts';
import type { SchedulerHost, SchedulerKind, SeenCluster } from '../kind.ts';
import { makeSlurmCommands } from './ask/commands.ts';
import { detectSlurm } from './ask/presence.ts';
import { JOB_SHELL } from './job-shell.ts';
import { openSlurmScheduler, type SlurmSchedulerOptions } from './slurm-scheduler.ts';

export const SLURM: SchedulerKind = {
  title: 'Slurm',
  summary: 'the cluster that this host belongs to',
  open: ({ gpus, ...host }) => openSlurmScheduler({ ...onHost(host), gpus }),
  lookFor,
  architectures,
  jobShell: JOB_SHELL,
};

function onHost({ env, folder }: SchedulerHost): SlurmSchedulerOptions {
  return { env, folder: (cluster) => folder(`slurm-${cluster}`) };
}

async function lookFor(host: SchedulerHost): Promise<SeenCluster> {
  const presence = await detectSlurm(host.env);
  switch (presence.kind) {
    case 'absent':
      return presence;
    case 'misnamed':
      return { ...presence, problem: misnamed(presence.why) };
    case 'silent':
      return { kind: 'silent', why: `Slurm is set up here, but does not answer now: ${presence.said}` };
    case 'answers':
      return described(host);
  }
}

async function described(host: SchedulerHost): Promise<SeenCluster> {
  try {
    const description = await (await openSlurmScheduler(onHost(host))).describe();
    return { kind: 'answers', why: `${description.name} answers`, description };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { kind: 'answers', why: `Slurm answers, but does not describe itself: ${error.message}` };
  }
}

async function architectures({ env }: SchedulerHost): Promise<readonly string[]> {
  if ((await detectSlurm(env)).kind !== 'answers') return [];
  const { stdout } = await makeSlurmCommands(env).control(['show node']);
  return [...new Set([...stdout.matchAll(/ Arch=(\S+)/g)].map(([, name = '']) => name))];
}

/** A slip of the pen must not make trainings run on the login node. */
function misnamed(why: string): SheafError {
  return inputError('init.slurm_conf', why, {
    fix: 'fix or unset SLURM_CONF; for a project on this machine only: sheaf init --scheduler local',
    now: 'nothing was made',
  });
}
