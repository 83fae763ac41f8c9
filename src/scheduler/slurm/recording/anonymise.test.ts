import { expect, test } from 'vitest';
import { anonymise } from './anonymise.ts';
import type { RecordedQuestion } from './recording.ts';

const S = '\u001f';

function question(argv: readonly string[], stdout: string, stderr = ''): RecordedQuestion {
  return { argv, stdout, stderr, timedOut: false, exitCode: 0, durationMs: 1 };
}

/** What the answers of some questions are, for user miller (1234). */
function told(...questions: RecordedQuestion[]): string[] {
  const made = anonymise(questions, { user: 'miller', uid: 1234 });
  return made.questions.map(({ stdout, stderr }) => `${stdout}${stderr}`);
}

const QUEUE = ['squeue', '-O', `JobArrayID:${S},UserName:${S},QOS:${S}`];

test('the same name is replaced by the same word in all answers, and the one who asks is user1', () => {
  const [queue, assoc, refusal] = told(
    question(QUEUE, `7${S}smith${S}normal${S}\n8${S}miller${S}normal${S}\n`),
    question(
      ['scontrol', '-o', 'show', 'assoc_mgr', 'users=miller'],
      'ClusterName=lab Account=pi_smith UserName=miller(1234) Partition= ParentAccount=dept(3) Lineage=/dept/pi_smith/0-miller/',
    ),
    question(
      ['sbatch', '--test-only', '--account=pi_smith'],
      '',
      'sbatch: error: miller may not use pi_smith, ask smith',
    ),
  );
  expect(queue).toBe(`7${S}user2${S}normal${S}\n8${S}user1${S}normal${S}\n`);
  expect(assoc).toBe(
    'ClusterName=lab Account=account1 UserName=user1(1001) Partition= ParentAccount=account2(3) Lineage=/account2/account1/0-user1/',
  );
  expect(refusal).toBe('sbatch: error: user1 may not use account1, ask user2');
});

test('names are replaced in paths, hosts, reservations and limits, and parts of other words stay', () => {
  const [, reservation, limits, nodes, refusal] = told(
    question(QUEUE, `7${S}smith${S}normal${S}\n`),
    question(
      ['scontrol', '-o', 'show', 'reservation'],
      'ReservationName=smith_4 StartTime=1 Nodes=smith[1-2] Users=smith,-miller Accounts=dept Groups=course State=ACTIVE',
    ),
    question(
      ['scontrol', '-o', 'show', 'assoc_mgr'],
      'QOS=normal(1) Account Limits dept={MaxJobsPA=N(2)} User Limits smith(77)={MaxJobsPU=4(0)} 1234={MaxJobsPU=4(1)}',
    ),
    question(
      ['sinfo', '-O', `NodeList:${S},Reason:${S}`],
      `smith1${S}none${S}\nblacksmith${S}fan broken, ask Anna${S}\n`,
    ),
    question(
      ['sbatch', '--test-only'],
      '',
      'error: /home/smith/x and /home/unknown/y are full; write to help@site.edu',
    ),
  );
  expect(reservation).toBe(
    'ReservationName=reservation1 StartTime=1 Nodes=user2[1-2] Users=user2,-user1 Accounts=account1 Groups=group1 State=ACTIVE',
  );
  expect(limits).toBe(
    'QOS=normal(1) Account Limits account1={MaxJobsPA=N(2)} User Limits user2(1002)={MaxJobsPU=4(0)} 1001={MaxJobsPU=4(1)}',
  );
  expect(nodes).toBe(`user21${S}none${S}\nblacksmith${S}reason1${S}\n`);
  expect(refusal).toBe('error: /home/user2/x and /home/someone/y are full; write to someone@example.org');
});

test('job names, secrets and irrelevant settings of the site are not recorded', () => {
  const [jobs, config, refusal] = told(
    question(['squeue', '--me', '-o', `%F${S}%j`], `7${S}secret-project\n8${S}secret-project\n`),
    question(
      ['scontrol', 'show', 'config'],
      'Configuration data as of 1\nAccountingStoragePass   = hunter2\nMaxArraySize            = 1001\nSlurmUser               = slurm(64030)\n\nSlurmctld(primary) at ctl is UP\n',
    ),
    question(['sbatch', '--test-only'], '', 'error: API_KEY=abc123 token: xyz was rejected'),
  );
  expect(jobs).toBe(`7${S}job1\n8${S}job1\n`);
  expect(config).toBe(
    'Configuration data as of 1\nMaxArraySize            = 1001\n\nSlurmctld(primary) at ctl is UP\n',
  );
  expect(refusal).toBe('error: API_KEY=… token: … was rejected');
});

test('an account that is called like a word of Slurm leaves that word as it is elsewhere', () => {
  const [own, partition] = told(
    question(['sacctmgr', 'show', 'assoc', 'format=account,qos'], 'v100|normal\ngpu|normal\n'),
    question(
      ['scontrol', '-o', 'show', 'partition'],
      'PartitionName=gpu AllowAccounts=v100,gpu State=UP TRES=cpu=4,gres/gpu=4,gres/gpu:v100=4',
    ),
  );
  expect(own).toBe('account1|normal\ngpu|normal\n');
  expect(partition).toBe('PartitionName=gpu AllowAccounts=account1,gpu State=UP TRES=cpu=4,gres/gpu=4,gres/gpu:v100=4');
});

test('somebody who is called user1 gets another name', () => {
  const [queue] = told(question(QUEUE, `7${S}user1${S}normal${S}\n8${S}miller${S}normal${S}\n`));
  expect(queue).toBe(`7${S}user3${S}normal${S}\n8${S}user2${S}normal${S}\n`);
});

test('a name of two letters is replaced wherever it is not a word of English or Slurm', () => {
  const [queue, assoc, refusal] = told(
    question(QUEUE, `7${S}jd${S}normal${S}\n8${S}to${S}normal${S}\n`),
    question(['scontrol', '-o', 'show', 'assoc_mgr'], 'Account=dept UserName=jd(7) Lineage=/dept/0-jd/'),
    question(['sbatch', '--test-only'], '', 'error: jd has to ask for more in /home/jd'),
  );
  expect(queue).toBe(`7${S}user2${S}normal${S}\n8${S}user3${S}normal${S}\n`);
  expect(assoc).toBe('Account=account1 UserName=user2(1002) Lineage=/account1/0-user2/');
  expect(refusal).toBe('error: user2 has to ask for more in /home/user2');
});
