export { discover } from './discover.ts';
export { asksTheSame } from './fingerprint.ts';
export { fingerprintOf, harvest, type Harvested } from './harvest.ts';
export type { Memory } from './memory.ts';
export { leadingNumber } from './reading.ts';
export { ruleVersions, type RuleVersions } from './rule-version.ts';
export type { HarvestAttempt, HarvestRequest } from './request.ts';
export { readGpuUse, readHostUse } from './monitor-files.ts';
