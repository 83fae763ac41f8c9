/** A number that a judgement rests on, and where it is from. */
export interface Threshold {
  readonly value: number;
  readonly source: string;
}

const JOBSTATS = 'PrincetonUniversity/jobstats, config.py';
const OWN = 'own choice, not measured';

type ThresholdName =
  | 'shortestS'
  | 'fewestSamples'
  | 'gpuLow'
  | 'sliceUtil'
  | 'sliceGib'
  | 'sliceHostGib'
  | 'packUtil'
  | 'packGpuMemory'
  | 'gpuMemoryLow'
  | 'memoryRisk'
  | 'timeLow'
  | 'hostMemoryLow'
  | 'cpuLow'
  | 'cpuLowBesideGpu';

/** The share or size from which on something is reported. Shares are 0 to 1. */
export const THRESHOLDS: { readonly [N in ThresholdName]: Threshold } = {
  /** A run of fewer seconds is not judged. */
  shortestS: { value: 300, source: `${JOBSTATS}: fewer than 10 samples of 30 s` },
  /** A monitor with fewer samples than that is not judged by. */
  fewestSamples: { value: 10, source: `${JOBSTATS}: fewer than 10 samples` },
  /** GPUs that are used less are worth a word. */
  gpuLow: { value: 0.25, source: `${JOBSTATS}: a note below 25 % of GPU utilization` },
  /** A slice of a GPU would do, with the two below. */
  sliceUtil: { value: 0.15, source: `${JOBSTATS}: MIG below 15 % of GPU utilization` },
  sliceGib: { value: 10, source: `${JOBSTATS}: MIG below 10 GB of GPU memory` },
  sliceHostGib: { value: 32, source: `${JOBSTATS}: MIG below 32 GB of host memory` },
  /** Two trials on one GPU are used at most so much together. */
  packUtil: { value: 0.9, source: OWN },
  /** And have at most so much of its memory. */
  packGpuMemory: { value: 0.85, source: 'what is above is tight, as in memory/verdict.ts' },
  /** GPU memory used less has room for a larger micro-batch, or fits a smaller GPU. */
  gpuMemoryLow: { value: 0.4, source: OWN },
  /** So much of GPU or host memory is near the end of it. */
  memoryRisk: { value: 0.95, source: OWN },
  /** Time used less of the limit than that is worth a word. */
  timeLow: { value: 0.6, source: `${JOBSTATS}: a note below 60 % of the time limit` },
  /** Host memory used less than this share of the request. */
  hostMemoryLow: { value: 0.7, source: `${JOBSTATS}: below 70 % of the request` },
  /** CPU time used less than that of the cores asked for, of a job without GPUs. */
  cpuLow: { value: 0.65, source: `${JOBSTATS}: CPU jobs below 65 %` },
  /** The same beside GPUs, where loading data comes in bursts. */
  cpuLowBesideGpu: { value: 0.3, source: OWN },
};

type MarginName = 'time' | 'longest' | 'singleRun' | 'tooShort' | 'memory' | 'tooLittle' | 'cpus';

/** What is requested beyond what was used. */
export const MARGINS: { readonly [N in MarginName]: Threshold } = {
  /** On the 95th percentile of run times. */
  time: { value: 1.15, source: "the advisor's rule for limits: a high percentile × 1.15" },
  /** The longest run fits with so much to spare. */
  longest: { value: 1.05, source: OWN },
  /** On the time of a single run: it is unknown how much the next one differs. */
  singleRun: { value: 1.5, source: OWN },
  /** On the limit that was too short: how much was missing is not known. */
  tooShort: { value: 1.5, source: OWN },
  /** On the peak of host memory. */
  memory: { value: 1.2, source: `${JOBSTATS}: ceil(1.2 × used)` },
  /** On what was too little memory. */
  tooLittle: { value: 1.5, source: OWN },
  /** On the mean of cores at work. */
  cpus: { value: 1.5, source: OWN },
};
