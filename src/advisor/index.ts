// GPUs
export { findGpuKind, listGpuKinds } from './gpus/gpu-kinds.ts';
export { parseProjectGpus, type ProjectGpu } from './gpus/project-gpus.ts';
// Offers
export { listOffers } from './offers/offers-of.ts';
export { parseWrittenPartitions, type WrittenPartition } from './offers/written.ts';
export type { GpuKind, GpuPrecision } from './gpu-kind.ts';
export type { Forecast } from './forecast.ts';
export type { Access, Offer } from './offer.ts';
export { listFreeGpus, type FreeGpus } from './offers/free-gpus.ts';
export { listOwnLimits, type OwnLimit } from './offers/own-limits.ts';
// Past runs
export type { PastRun, RunUsage } from './past-run.ts';
// Efficiency
export { computeEfficiency, type EfficiencyGroup } from './efficiency/efficiency.ts';
export { adviseMemoryLimit, adviseTimeLimit, type LimitQuestion } from './efficiency/auto-limits.ts';
export type { OtherGpu } from './efficiency/gpu-suggestions.ts';
export { formatMemory } from './efficiency/host-memory.ts';
export type { Measured, Share } from './efficiency/measure.ts';
export type { Suggestion } from './efficiency/suggestion.ts';
export { THRESHOLDS } from './efficiency/thresholds.ts';
// Choices
export { batchParams, splitParams, type BatchParams, type SplitParams } from './job/batch-params.ts';
export { choose, type Choice } from './choices/choose.ts';
export type { PriceUnit } from './choices/cost.ts';
export type { BatchRule, Candidate, Dropped, Job, Need, NeedOf, Placement, Sharding } from './job/job.ts';
export {
  scoreCandidate,
  type Comparability,
  type ScoredCandidate,
  type CandidateForecast,
} from './choices/score-candidate.ts';
export { countGpusLeft, findLongestJobS } from './offers/user-limits.ts';
export { findNearestMiss } from './choices/nearest.ts';
export { search } from './choices/search.ts';
export { formatChoice } from './choices/texts.ts';
// Reproducibility
export { hasBatchNorm } from './reproducibility/batch-norm.ts';
export type { RunConditions } from './reproducibility/conditions.ts';
export { judgeReproducibility } from './reproducibility/level.ts';
// How long until it starts
export { judgeBounds, type JudgedBounds } from './wait/judge-bounds.ts';
export { QUANTILES } from './wait/quantiles.ts';
export { replayWaits } from './wait/replay.ts';
export { sizeClass, waitS } from './wait/waiting-job.ts';
export { waitForecaster, type Told } from './wait/wait-forecast.ts';
export { summarizeWaitsByHour, type WaitsByHour } from './wait/waits-by-hour.ts';
// Memory
export { estimateMemory } from './memory/estimate.ts';
export { TRACE_VERSION, type MemoryTrace } from './memory/trace/step.ts';
export type { TraceCache } from './memory/transformer.ts';
export { evaluateEstimates, type EstimateErrors, type Evaluation } from './memory/evaluation.ts';
export { estimateRow, ROW_FIELDS, type RowEstimate } from './memory/rows.ts';
export { OPTIMIZERS, PRECISIONS, SHARDINGS } from './memory/trace/setup.ts';
export { findLargestMicroBatch } from './memory/memory-fit.ts';
export { getProductPrecision } from './memory/product-precision.ts';
export { judgeMemory, type MemoryVerdict } from './memory/memory-fit.ts';
export { calibrate, type MeasuredPeak } from './memory/calibrate.ts';
export { makeModelFromNumbers, listModelNames, resolveModel, type ModelNumbers } from './memory/resolve-model.ts';
export { readSetup } from './memory/setup-from.ts';
export { asAttention, asOptimizer, asPrecision, asSharding } from './memory/words.ts';
export type { MemoryEstimate, MemoryParts, ModelShape, TrainingSetup } from './memory/trace/setup.ts';
// How long it runs
export type { FlopWork } from './run-time/flops.ts';
export { computeTrainingWork } from './run-time/training-work.ts';
export { runTimeForecast } from './run-time/run-time-forecast.ts';
// How forecasts came true
export type { Settled } from './track-record/settled.ts';
export { trackRecord, type TrackRow } from './track-record/track-record.ts';
