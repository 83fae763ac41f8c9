import { describe, expect, test } from 'vitest';
import { LOAD_ARGV, parseQueueLoad } from './queue-load.ts';

const named = (...names: readonly string[]): { name: string }[] => names.map((name) => ({ name }));
const row = (...fields: string[]): string => `${fields.join('\u001f')}\u001f`;
/** Recorded of Slurm 24.11.5. */
const ROWS = [
  row(
    '1',
    'l40s',
    'R',
    'me',
    'normal',
    'cpu=8,mem=10G,node=1,billing=8,gres/gpu=2',
    'gres/gpu:l40s:2',
    'N/A',
    'N/A',
    '1',
    '1',
    'None',
  ),
  row(
    '2',
    'l40s',
    'R',
    'you',
    'normal',
    'cpu=8,node=1,gres/gpu=1,gres/gpu:l40s=1',
    'gres/gpu:l40s:1',
    'N/A',
    'N/A',
    '1',
    '1',
    'None',
  ),
  row(
    '3_[0-99%4]',
    'l40s,a100',
    'PD',
    'me',
    'long',
    'cpu=8,node=1,gres/gpu=8',
    'N/A',
    'N/A',
    'N/A',
    '2',
    '2',
    'Resources',
  ),
  row(
    '4',
    'l40s',
    'PD',
    'you',
    'normal',
    'cpu=1,node=2,gres/gpu=4',
    'gres/gpu:2',
    'N/A',
    'N/A',
    '2',
    '2',
    'JobHeldUser',
  ),
  row('5', 'l40s', 'PD', 'you', 'normal', 'cpu=1,node=1', 'N/A', 'N/A', 'N/A', '1', '1', 'Dependency'),
];

describe('what waits and runs', () => {
  const { partitions, ownGpus } = parseQueueLoad(ROWS.join('\n'), named('l40s', 'a100', 'cpu'), 'me', true);

  test('by partition; who waits for one of several waits in each; tasks of an array count', () => {
    expect(partitions).toEqual([
      {
        partition: 'l40s',
        pendingJobs: 102,
        pendingGpus: 804,
        heldJobs: 2,
        runningJobs: 2,
        ownPending: 100,
        ownRunning: 1,
        ownGpus: 2,
      },
      expect.objectContaining({ partition: 'a100', pendingJobs: 100, pendingGpus: 800, runningJobs: 0 }),
      expect.objectContaining({ partition: 'cpu', pendingJobs: 0, pendingGpus: 0 }),
    ]);
  });

  test('who waits for a limit of their own or of their account, or for the throttle of their array, is before nobody', () => {
    const waiting = (id: string, reason: string): string =>
      row(id, 'l40s', 'PD', 'you', 'normal', 'node=1,gres/gpu=1', 'N/A', 'N/A', 'N/A', '1', '1', reason);
    const rows = [
      waiting('7_[0-8%1]', 'JobArrayTaskLimit'),
      waiting('8', 'QOSMaxGRESPerUser'),
      waiting('9', 'Priority'),
      waiting('10', 'MaxGRESPerAccount'),
      waiting('11', 'AssocGrpBillingMinutes'),
      waiting('12', 'JobHoldMaxRequeue'),
    ];
    const [load] = parseQueueLoad(rows.join('\n'), named('l40s'), 'me', true).partitions;
    expect(load).toMatchObject({ pendingJobs: 14, heldJobs: 13 });
  });

  test('GPUs that this user has, by QOS', () => {
    expect([...ownGpus]).toEqual([['normal', { '': 2 }]]);
  });

  test('GPUs in a partition with a QOS of its own count for that, too, and those of a type by themselves', () => {
    const rows = [
      row(
        '1',
        'l40s',
        'R',
        'me',
        'normal',
        'node=1,gres/gpu=2,gres/gpu:l40s=2',
        'gres/gpu:l40s:2',
        'N/A',
        'N/A',
        '1',
        '1',
        'None',
      ),
      row(
        '2',
        'a100',
        'R',
        'me',
        'part',
        'node=1,gres/gpu=1,gres/gpu:a100=1',
        'gres/gpu:a100:1',
        'N/A',
        'N/A',
        '1',
        '1',
        'None',
      ),
    ];
    const load = parseQueueLoad(
      rows.join('\n'),
      [
        { name: 'l40s', qos: 'part' },
        { name: 'a100', qos: 'part' },
      ],
      'me',
      true,
    );
    expect([...load.ownGpus]).toEqual([
      ['normal', { l40s: 2 }],
      ['part', { l40s: 2, a100: 1 }],
    ]);
  });

  test('without a total, GPUs are counted from requests, in all or of each node or task', () => {
    const [load] = parseQueueLoad(ROWS.slice(0, 4).join('\n'), named('l40s'), 'me', false).partitions;
    expect(load).toMatchObject({ ownGpus: 2, pendingGpus: 4 });
    const asks = (perJob: string, perTask: string): string =>
      row('6', 'l40s', 'PD', 'me', 'normal', 'cpu=2,node=1', 'N/A', perJob, perTask, '1', '3', 'Priority');
    const rows = [asks('gres/gpu:2', 'N/A'), asks('N/A', 'gres/gpu=1'), asks('gres/gpu:a100', 'N/A')].join('\n');
    expect(parseQueueLoad(rows, named('l40s'), 'me', false).partitions).toMatchObject([{ pendingGpus: 6 }]);
  });

  test.each([
    ['gpu:v100:4', 4],
    ['gpu:2', 2],
    ['gpu', 1],
    ['gres:gpu:h100-80:8', 8],
    ['gres:gpu:h100-80', 1],
    ['gres/gpu:a100:2,gres/nvme:100', 2],
    ['nvme:100,gpu:v100:2', 2],
    ['gres:nvme:100', 0],
    ['gres/gpumem:40', 0],
  ])('%s of a node are %i GPUs (CSC Puhti, 21.08; PSC Bridges-2, 22.05; Meta, 23.02)', (perNode, gpus) => {
    const text = row('6', 'l40s', 'PD', 'me', 'normal', 'cpu=2,node=1', perNode, 'N/A', 'N/A', '1', '1', 'Priority');
    expect(parseQueueLoad(text, named('l40s'), 'me', false).partitions).toMatchObject([{ pendingGpus: gpus }]);
  });

  test('is asked with one call for everybody', () => {
    expect(LOAD_ARGV.filter((word) => /^(?:--me|-u)$/.test(word))).toEqual([]);
  });
});
