import { describe, expect, test } from 'vitest';
import { mayUse, parseReservations, type Reservation } from './reservations.ts';

/** As Slurm 24.11.5 printed them, with `SLURM_TIME_FORMAT=%s`. */
const TEXT = [
  'ReservationName=other StartTime=1795626576 EndTime=1795630176 Duration=01:00:00 Nodes=h200-1 NodeCnt=1 CoreCnt=64 Features=(null) PartitionName=(null) Flags=IGNORE_JOBS,SPEC_NODES TRES=cpu=64 Users=root Groups=(null) Accounts=(null) Licenses=(null) State=ACTIVE BurstBuffer=(null) MaxStartDelay=(null)',
  'ReservationName=soon StartTime=1795633776 EndTime=1795637376 Duration=01:00:00 Nodes=l40s[1-2] NodeCnt=2 CoreCnt=128 Features=(null) PartitionName=(null) Flags=MAINT,SPEC_NODES TRES=cpu=128 Users=(null) Groups=(null) Accounts=lab_a Licenses=(null) State=INACTIVE BurstBuffer=(null) MaxStartDelay=(null)',
  'ReservationName=partly StartTime=1795626576 EndTime=1795630176 Duration=01:00:00 Nodes=cpu1 NodeCnt=1 CoreCnt=8 Features=(null) PartitionName=l40s_public Flags=SPEC_NODES   NodeName=cpu1 CoreIDs=0-3,32-35 TRES=cpu=8 Users=sheaf1 Groups=(null) Accounts=(null) Licenses=(null) State=ACTIVE BurstBuffer=(null) MaxStartDelay=(null)',
].join('\n');

test('which nodes, when and for whom; cores where it is a part of a node', () => {
  expect(parseReservations(TEXT)).toEqual([
    {
      name: 'other',
      active: true,
      nodes: ['h200-1'],
      startMs: 1_795_626_576_000,
      endMs: 1_795_630_176_000,
      users: ['root'],
      accounts: [],
      groups: [],
      qos: [],
      partitions: [],
      maintenance: false,
    },
    expect.objectContaining({ name: 'soon', active: false, nodes: ['l40s1', 'l40s2'], maintenance: true }),
    expect.objectContaining({ name: 'partly', cores: 8 }),
  ]);
});

test('for whom it is when it names QOS or partitions alone, as 25.11 and later print it (from its source)', () => {
  const text =
    'ReservationName=course StartTime=1795626576 EndTime=1795630176 Duration=01:00:00 Nodes=n[1-2] NodeCnt=2 CoreCnt=128 Features=(null) PartitionName=gpu Flags=SPEC_NODES TRES=cpu=128 AllowedPartitions=gpu QOS=course,-x Users=(null) Groups=(null) Accounts=(null) Licenses=(null) State=ACTIVE BurstBuffer=(null) MaxStartDelay=(null)';
  expect(parseReservations(text)).toMatchObject([{ qos: ['course', '-x'], partitions: ['gpu'], users: [] }]);
});

test('an empty list is an answer; no answer is not', () => {
  expect(parseReservations('No reservations in the system\n')).toEqual([]);
  expect(parseReservations('')).toBeUndefined();
});

describe('who may use one', () => {
  const me = { user: 'me', accounts: ['lab_a'], groups: ['staff'], qos: ['normal', 'course'], partitions: ['gpu'] };
  const of = (parts: Partial<Reservation>): boolean =>
    mayUse(
      {
        name: 'r',
        active: true,
        nodes: [],
        users: [],
        accounts: [],
        groups: [],
        qos: [],
        partitions: [],
        maintenance: false,
        ...parts,
      },
      me,
    );

  test.each([
    [{ users: ['me', 'you'] }, true],
    [{ users: ['you'] }, false],
    [{ users: ['-you'] }, true],
    [{ users: ['-me'] }, false],
    [{ accounts: ['lab_a'] }, true],
    [{ accounts: ['lab_b'] }, false],
    [{ users: ['me'], accounts: ['lab_b'] }, false],
    [{ groups: ['staff'] }, true],
    [{ qos: ['course'] }, true],
    [{ qos: ['gold'] }, false],
    [{ qos: ['-course'] }, true],
    [{ qos: ['-course', '-normal'] }, false],
    [{ partitions: ['gpu', 'cpu'] }, true],
    [{ partitions: ['cpu'] }, false],
    [{ users: ['you'], qos: ['course'] }, false],
    [{ users: ['me'], qos: ['gold'] }, false],
    [{ accounts: ['lab_a'], partitions: ['gpu'] }, true],
    [{}, false],
  ])('%j: %s', (parts, may) => {
    expect(of(parts)).toBe(may);
  });
});
