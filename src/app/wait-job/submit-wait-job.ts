import { join } from 'node:path';
import { failure } from '../../core/errors.ts';
import { makeToken, type Token } from '../../core/ids.ts';
import type { Resources } from '../../core/settings/settings.ts';
import { resolveDoubt, type Scheduler } from '../../scheduler/index.ts';
import { randomId, writeAtomic } from '../../system/index.ts';
import { makeJobEnvironment } from '../project/job-environment.ts';
import type { Project } from '../project/project.ts';
import { getInternalCommand } from '../project/supervisor.ts';
import { getWaitFolder, recordWaitRequest, recordWaitSubmitted, type WaitRequest } from './wait-job-files.ts';

const TOKEN_RANDOM = 12;
/** A sweep of thousands of members needs a tenth of it. */
const MEMORY = '2G';

/**
 * Submits the job number n that waits for a sweep.
 *
 * @returns false if another command submits it
 * @throws SheafError `resources.*`, `wait_job.refused`, `wait_job.doubtful`
 */
export async function submitWaitJob(project: Project, n: number, request: WaitRequest): Promise<boolean> {
  const { sweep } = request;
  const { waits } = project.store.claims;
  const scheduler = await project.scheduler();
  const { resources } = await scheduler.complete(await chooseResources(project, scheduler, request.set));
  const token = makeToken(sweep, 'wait', randomId(TOKEN_RANDOM));
  if (!waits.take(sweep, n, token)) return false;
  recordWaitRequest(project, token, request);
  const outputFolder = join(project.root, getWaitFolder(token));
  const scriptFile = join(outputFolder, 'job.sbatch');
  const script = await renderScript(project, token, request, resources);
  writeAtomic(scriptFile, script, { durable: true });
  const call = { token, script, scriptFile, cwd: project.root, outputFolder, resources, held: false, after: [] };
  const answer = await scheduler.submit({ ...call, env: makeJobEnvironment(project.env) });
  const outcome = answer.kind === 'doubtful' ? await resolveDoubt(scheduler, token, answer) : answer;
  switch (outcome.kind) {
    case 'accepted':
      recordWaitSubmitted(project, token, outcome.job);
      return true;
    case 'refused':
    case 'full':
      waits.giveUp(sweep, n, 'the scheduler refused it');
      throw failure('wait_job.refused', 'the scheduler refused the job that waits for the sweep', {
        said: outcome.said,
        ran: outcome.ran,
        fix: `set what it asks for: sheaf wait --sweep ${sweep} --as-job --set partition=NAME, or wait_job: {partition: NAME} in sheaf.yaml`,
        now: 'no job exists for it',
      });
    case 'doubtful':
      throw failure(
        'wait_job.doubtful',
        'it is not known whether the scheduler took the job that waits for the sweep',
        {
          said: outcome.said,
          ran: outcome.ran,
          now: 'nothing will be submitted twice',
          fix: `to look it up by its name: sheaf wait --sweep ${sweep} --as-job`,
        },
      );
  }
}

/**
 * One CPU, and where: the flags take precedence over `wait_job:` in `sheaf.yaml`, and that over the defaults of the project. A partition and
 * a QOS belong together: where one of them is given, neither comes from the defaults.
 */
async function chooseResources(project: Project, { can }: Scheduler, set: WaitRequest['set']): Promise<Resources> {
  const { readResources, readDefaultResources } = await import('../../template/index.ts');
  const config = await project.config();
  const given: Resources = { ...config.waitJob, ...readResources(set) };
  const { account, partition, qos } = readDefaultResources(config);
  const place = given.partition === undefined && given.qos === undefined ? { partition, qos } : {};
  const all = { account, ...place, mem: MEMORY, cpus_per_task: can.idleCpus, ...given, num_nodes: 1 };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== 'auto'));
}

async function renderScript(
  project: Project,
  token: Token,
  { sweep }: WaitRequest,
  resources: Resources,
): Promise<string> {
  const { renderWaitJobScript } = await import('../../template/index.ts');
  const { jobShell } = await project.schedulerKind();
  const [program, ...words] = getInternalCommand('__wait');
  return renderWaitJobScript({
    token,
    resources,
    folder: getWaitFolder(token),
    about: `sheaf wait --sweep ${sweep}, as a job. It submits its successor before its time limit, and ends with the sweep.`,
    program: [program, ...words.slice(0, -1)],
    words: ['__wait', project.root, sweep, token],
    jobShell,
  });
}
