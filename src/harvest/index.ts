export { asksTheSame } from './fingerprint.ts';
export { fingerprintOf, harvest } from './harvest.ts';
export type { HarvestAttempt, HarvestRequest } from './request.ts';
