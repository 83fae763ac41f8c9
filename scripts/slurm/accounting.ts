/** The accounts, users and limits of the cluster, as a site's administrator makes them. */
import { must } from './run.ts';
import { userNames } from './users.ts';

/** Each account's users; the first account of a user is the default one. */
const accounts: Readonly<Record<string, readonly string[]>> = {
  lab_a: userNames,
  lab_b: userNames,
};

/** `normal` has no limit; `limited` is small enough that a test reaches it. */
const limited = ['MaxSubmitJobsPerUser=20', 'MaxJobsPerUser=4', 'MaxWall=01:00:00'];

export async function fillAccounting(cluster: string, env: NodeJS.ProcessEnv): Promise<void> {
  const add = async (...words: readonly string[]) =>
    await must('sacctmgr', ['--immediate', '--quiet', ...words], { env });
  await add('add', 'cluster', cluster);
  await add('add', 'qos', 'limited', ...limited);
  for (const account of Object.keys(accounts))
    await add('add', 'account', account, `Cluster=${cluster}`, `Description=${account}`, 'Organization=sheaf');
  const names = Object.keys(accounts).join(',');
  await add('add', 'user', userNames.join(','), `Account=${names}`, 'DefaultAccount=lab_a', `Cluster=${cluster}`);
  await add('add', 'user', 'root', `Account=${names}`, `Cluster=${cluster}`);
  await add(
    'modify',
    'account',
    'root',
    'set',
    'QOS=normal,limited',
    'DefaultQOS=normal',
    'where',
    `Cluster=${cluster}`,
  );
}
