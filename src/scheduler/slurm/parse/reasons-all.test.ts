import { describe, expect, test } from 'vitest';
import type { PendingKind } from './reason-words.ts';
import { isInQueue, isOwnLimit, classifyPending, describePending } from './reasons.ts';

/**
 * Every text of `job_reason_string` (later `job_state_reason_string`) of Slurm 20.11, 21.08, 22.05, 23.02, 23.11, 24.05,
 * 24.11, 25.05, 25.11 and 26.05, by what a pending job with it waits for.
 */
const REASONS: Readonly<Record<PendingKind, string>> = {
  queue: `
    BlockFreeAction BlockMaxError BurstBufferResources Constraints FrontEndDown InactiveLimit InvaildReason InvalidReason
    Licenses MaxPoweredUpNodes MpiPortsBusy NodeDown NonZeroExitCode None NvidiaImexChannels OutOfMemory
    PartitionDown PartitionInactive PowerNotAvail PowerReserved Priority RaisedSignal ReqNodeNotAvail Resources
    SchedDefer SystemFailure TimeLimit
  `,
  later: `
    BeginTime BurstBufferStageIn Cleaning Dependency FedJobLock Prolog Reservation
  `,
  limit: `
    AccountingPolicy AssocGrpBB AssocGrpBBRunMinutes AssocGrpBilling AssocGrpBillingRunMinutes
    AssocGrpCPURunMinutesLimit AssocGrpCpuLimit AssocGrpEnergy AssocGrpEnergyRunMinutes AssocGrpGRES
    AssocGrpGRESRunMinutes AssocGrpJobsLimit AssocGrpLicense AssocGrpLicenseRunMinutes AssocGrpMemLimit
    AssocGrpMemRunMinutes AssocGrpNodeLimit AssocGrpNodeRunMinutes AssocGrpSubmitJobsLimit AssocGrpUnknown
    AssocGrpUnknownRunMinutes AssocMaxJobsLimit AssocMaxSubmitJobLimit AssociationJobLimit AssociationResourceLimit
    JobArrayTaskLimit MaxBBPerAccount MaxBBRunMinsPerAccount MaxBBRunMinsPerUser MaxBillingPerAccount
    MaxBillingRunMinsPerAccount MaxBillingRunMinsPerUser MaxCpuPerAccount MaxCpuRunMinsPerAccount
    MaxCpuRunMinsPerUser MaxEnergyPerAccount MaxEnergyRunMinsPerAccount MaxEnergyRunMinsPerUser MaxGRESPerAccount
    MaxGRESRunMinsPerAccount MaxGRESRunMinsPerUser MaxJobsPerAccount MaxLicensePerAccount MaxLicenseRunMinsPerAccount
    MaxLicenseRunMinsPerUser MaxMemoryPerAccount MaxMemoryRunMinsPerAccount MaxMemoryRunMinsPerUser MaxNodePerAccount
    MaxNodeRunMinsPerAccount MaxNodeRunMinsPerUser MaxSubmitJobsPerAccount MaxUnknownPerAccount
    MaxUnknownRunMinsPerAccount MaxUnknownRunMinsPerUser QOSGrpBB QOSGrpBBRunMinutes QOSGrpBilling
    QOSGrpBillingRunMinutes QOSGrpCPURunMinutesLimit QOSGrpCpuLimit QOSGrpEnergy QOSGrpEnergyRunMinutes QOSGrpGRES
    QOSGrpGRESRunMinutes QOSGrpJobsLimit QOSGrpLicense QOSGrpLicenseRunMinutes QOSGrpMemLimit QOSGrpMemoryRunMinutes
    QOSGrpNodeLimit QOSGrpNodeRunMinutes QOSGrpSubmitJobsLimit QOSGrpUnknown QOSGrpUnknownRunMinutes QOSJobLimit
    QOSMaxBBPerUser QOSMaxBillingPerUser QOSMaxCpuPerUserLimit QOSMaxEnergyPerUser QOSMaxGRESPerUser
    QOSMaxJobsPerUserLimit QOSMaxLicensePerUser QOSMaxMemoryPerUser QOSMaxNodePerUserLimit
    QOSMaxSubmitJobPerUserLimit QOSMaxUnknownPerUser QOSResourceLimit
  `,
  budget: `
    AssocGrpBBMinutes AssocGrpBillingMinutes AssocGrpCPUMinutesLimit AssocGrpEnergyMinutes AssocGrpGRESMinutes
    AssocGrpLicenseMinutes AssocGrpMemMinutes AssocGrpNodeMinutes AssocGrpUnknownMinutes AssocGrpWallLimit
    AssociationTimeLimit QOSGrpBBMinutes QOSGrpBillingMinutes QOSGrpCPUMinutesLimit QOSGrpEnergyMinutes
    QOSGrpGRESMinutes QOSGrpLicenseMinutes QOSGrpMemoryMinutes QOSGrpNodeMinutes QOSGrpUnknownMinutes QOSGrpWallLimit
    QOSTimeLimit QOSUsageThreshold
  `,
  stuck: `
    AccountNotAllowed AssocMaxBBMinutesPerJob AssocMaxBBPerJob AssocMaxBBPerNode AssocMaxBillingMinutesPerJob
    AssocMaxBillingPerJob AssocMaxBillingPerNode AssocMaxCpuMinutesPerJobLimit AssocMaxCpuPerJobLimit
    AssocMaxCpuPerNode AssocMaxEnergyMinutesPerJob AssocMaxEnergyPerJob AssocMaxEnergyPerNode
    AssocMaxGRESMinutesPerJob AssocMaxGRESPerJob AssocMaxGRESPerNode AssocMaxLicenseMinutesPerJob
    AssocMaxLicensePerJob AssocMaxMemMinutesPerJob AssocMaxMemPerJob AssocMaxMemPerNode AssocMaxNodeMinutesPerJob
    AssocMaxNodePerJobLimit AssocMaxUnknownMinutesPerJob AssocMaxUnknownPerJob AssocMaxUnknownPerNode
    AssocMaxWallDurationPerJobLimit BadConstraints DeadLine DependencyNeverSatisfied InvalidAccount
    InvalidQOS JobLaunchFailure MaxMemPerLimit PartitionConfig PartitionNodeLimit PartitionTimeLimit QOSMaxBBPerJob
    QOSMaxBBPerNode QOSMaxBillingMinutesPerJob QOSMaxBillingPerJob QOSMaxBillingPerNode QOSMaxCpuMinutesPerJobLimit
    QOSMaxCpuPerJobLimit QOSMaxCpuPerNode QOSMaxEnergyMinutesPerJob QOSMaxEnergyPerJob QOSMaxEnergyPerNode
    QOSMaxGRESMinutesPerJob QOSMaxGRESPerJob QOSMaxGRESPerNode QOSMaxLicenseMinutesPerJob QOSMaxLicensePerJob
    QOSMaxMemoryMinutesPerJob QOSMaxMemoryPerJob QOSMaxMemoryPerNode QOSMaxNodeMinutesPerJob QOSMaxNodePerJobLimit
    QOSMaxUnknownMinutesPerJob QOSMaxUnknownPerJob QOSMaxUnknownPerNode QOSMaxWallDurationPerJobLimit QOSMinBB
    QOSMinBilling QOSMinCpuNotSatisfied QOSMinEnergy QOSMinGRES QOSMinLicense QOSMinMemory QOSMinNode QOSMinUnknown
    QOSNotAllowed ReservationDeleted ReservationInvalid
  `,
  held: `
    BurstBufferOperation JobHeldAdmin JobHeldUser JobHoldMaxRequeue
  `,
};

const reasonsOf = (kind: PendingKind): string[] => REASONS[kind].trim().split(/\s+/);
const KINDS = Object.keys(REASONS) as PendingKind[];

describe('each reason of Slurm 20.11 to 26.05', () => {
  test('there are 223', () => {
    expect(new Set(KINDS.flatMap(reasonsOf)).size).toBe(223);
  });

  test.each(KINDS)('of the class %s has it, and words of its own', (kind) => {
    const reasons = reasonsOf(kind);
    expect(reasons.filter((reason) => classifyPending(reason) !== kind)).toEqual([]);
    expect(reasons.filter((reason) => describePending(reason)?.words === `waits (${reason})`)).toEqual([]);
    expect(reasons.filter((reason) => describePending(reason)?.held === (kind !== 'held'))).toEqual([]);
    expect(reasons.filter((reason) => describePending(reason)?.stuck === (kind !== 'stuck'))).toEqual([]);
  });

  test('only what waits for its turn or for room keeps others waiting', () => {
    expect(reasonsOf('queue').filter((reason) => !isInQueue(reason))).toEqual([]);
    const others = KINDS.filter((kind) => kind !== 'queue').flatMap(reasonsOf);
    expect(others.filter(isInQueue)).toEqual([]);
  });

  test('of a limit, a spent budget or what never starts says nothing of the queue', () => {
    const own = (['limit', 'budget', 'stuck'] as const).flatMap(reasonsOf);
    expect(own.filter((reason) => !isOwnLimit(reason))).toEqual([]);
    const others = (['queue', 'later', 'held'] as const).flatMap(reasonsOf);
    expect(others.filter(isOwnLimit)).toEqual([]);
  });
});

test.each<[string, PendingKind, string]>([
  // Seen at Harvard Kempner, BGU, Pitt CRC, NYU Torch and Stanford FarmShare, in job listings and documentation.
  ['MaxGRESPerAccount', 'limit', 'waits for the limit of GPUs that its QOS sets for its account'],
  ['MaxCpuPerAccount', 'limit', 'waits for the limit of CPUs that its QOS sets for its account'],
  ['QOSMaxMemoryPerUser', 'limit', 'waits for the limit of memory that its QOS sets for you'],
  ['AssocGrpBillingMinutes', 'budget', 'waits because its account has spent its budget of billing minutes'],
  ['QOSMaxGRESPerUser', 'limit', 'waits for the limit of GPUs that its QOS sets for you'],
  ['JobHeldUser', 'held', 'is held; sheaf release lets it go'],
  // Texts of slurmctld and of its list of reasons.
  ['JobHoldMaxRequeue', 'held', 'was requeued too often and is held; sheaf release tries again'],
  [
    'launch failure limit exceeded requeued held',
    'held',
    'could not be launched on its nodes too often and is held; sheaf release tries again',
  ],
  [
    'user env retrieval failed requeued held',
    'held',
    'is held because Slurm could not read your login environment; sheaf release tries again',
  ],
  ['MaxGRESRunMinsPerUser', 'limit', 'waits until your running jobs have fewer GPU minutes left, as its QOS demands'],
  ['QOSMaxBillingPerJob', 'stuck', 'asks for more billing units than its QOS permits for one job'],
  ['AssocMaxBBPerJob', 'stuck', 'asks for more burst buffer than its account permits for one job'],
  ['QOSMaxLicensePerJob', 'stuck', 'asks for more licenses than its QOS permits for one job'],
  ['QOSMaxUnknownPerJob', 'stuck', 'asks for more of a resource than its QOS permits for one job'],
])('%s is of the class %s: "%s"', (reason, kind, words) => {
  expect(classifyPending(reason)).toBe(kind);
  expect(describePending(reason)?.words).toBe(`${words} (${reason})`);
});

describe('a reason that a later Slurm adds', () => {
  test.each<[string, PendingKind, string]>([
    ['QOSMaxQuantumPerUser', 'limit', 'waits for the limit of a resource that its QOS sets for you'],
    ['MaxQuantumPerAccount', 'limit', 'waits for the limit of a resource that its QOS sets for its account'],
    ['AssocGrpQuantumMinutes', 'budget', 'waits because its account has spent its budget of minutes of a resource'],
    ['QOSMaxQuantumPerJob', 'stuck', 'asks for more of a resource than its QOS permits for one job'],
    ['node check failed requeued held', 'held', 'is held; sheaf release lets it go'],
    ['MoonInWrongPhase', 'queue', 'waits'],
  ])('%s is of the class %s: "%s"', (reason, kind, words) => {
    expect(classifyPending(reason)).toBe(kind);
    expect(describePending(reason)?.words).toBe(`${words} (${reason})`);
  });
});

test('an array of which the tasks wait for different reasons keeps others waiting if one of them does', () => {
  expect(isInQueue('JobArrayTaskLimit,JobHeldAdmin')).toBe(false);
  expect(isInQueue('JobArrayTaskLimit,Priority')).toBe(true);
  expect(isInQueue("Job's QOS not permitted to use this partition (debug allows a,b not c)")).toBe(false);
  expect(isInQueue('ReqNodeNotAvail, UnavailableNodes:n3,n4')).toBe(true);
});
