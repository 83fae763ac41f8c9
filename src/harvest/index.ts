export { discover, LOG_SUFFIX, type Proposal } from './engine/discover.ts';
export { asksTheSame } from './engine/fingerprint.ts';
export { fingerprintOf, harvest, type Harvested } from './engine/harvest.ts';
export type { ReadCache } from './base/read-cache.ts';
export { parseLeadingNumber } from './base/reading.ts';
export { guessDirection } from './sources/metric-direction.ts';
export { computeRuleVersions, type RuleVersions } from './base/rule-version.ts';
export type { HarvestAttempt, HarvestRequest } from './base/request.ts';
export {
  readGpuMonitor,
  readGpuUse,
  readHostMonitor,
  readHostUse,
  type HostSample,
} from './trackers/gpu/monitor-files.ts';
export type { GpuSample } from './trackers/gpu/gpu-table.ts';
