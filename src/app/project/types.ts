import type { AdviceRecord } from '../../core/experiment/advised.ts';
import type { Cause } from '../../core/experiment/cause.ts';
import type { LogLine } from '../../core/diagnosis/diagnosis.ts';
import type { Problem } from '../../core/errors.ts';
import type { ExpId, Key } from '../../core/ids.ts';
import type { Metric, MissingMetric } from '../../core/experiment/metric.ts';
import type { Status } from '../../core/experiment/status.ts';
import type { Search } from '../../core/experiment/search.ts';
import type { ExpectedHours } from '../../core/search/index.ts';
import type { SearchRequest } from '../../core/settings/search-settings.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import type { Value } from '../../core/value.ts';
import type { WaitJob } from './wait-jobs.ts';

/** Which experiments a command is about: names, a query, a sweep; together they narrow. */
export interface Selector {
  readonly ids?: readonly string[];
  /** A query as text, see docs/reference/queries.md. */
  readonly where?: string;
  readonly sweep?: string;
}

/** Called while work goes on: `done` of `total` are done. */
export type Progress = (done: number, total: number, what: string) => void;

/** What happens to long work from outside. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** How a new experiment differs from its template. */
export interface Override {
  /** Parameters and reserved keys by name, texts as on the command line: `{ learning_rate: ['0.1'] }`. */
  readonly flags?: { readonly [name: string]: readonly string[] };
  /** Dotted paths: `{ 'optimizer.lr': '0.1' }`. */
  readonly sets?: { readonly [path: string]: string };
  /** Values as they are, for callers that have values and not texts. */
  readonly params?: { readonly [name: string]: Value };
}

/** What an experiment is made from. */
export interface NewExperiment extends Override {
  readonly template: string;
  /** Default: that of the template; if it has none, `<template>-001` and so on. */
  readonly expId?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly notes?: string;
}

/** One parameter or resource that is not as the template has it. */
export interface Difference {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

/** An experiment that was made. */
export interface Created {
  readonly experiment: Experiment;
  readonly differs: readonly Difference[];
  /** How many parameters are as in the template. */
  readonly same: number;
  readonly warnings: readonly string[];
}

/** Texts as on the command line: `--grid learning_rate=0.1,0.01`. */
export interface SpaceTexts {
  readonly grid?: readonly string[];
  readonly zip?: readonly string[];
  /** Without `count`, members are proposed one after the other, see {@link NewSweep.search}. */
  readonly random?: { readonly count?: number; readonly seed?: number; readonly draws: readonly string[] };
  /** Path of a CSV or JSON file with one member a row. */
  readonly from?: string;
}

/** What a sweep is made from: a template, and what varies. */
export interface NewSweep extends Override {
  readonly template: string;
  /** Default: `<template>-001` and so on, from the same numbers as experiments. */
  readonly name?: string;
  /** All combinations of these values: `{ learning_rate: [0.1, 0.01], seed: [1, 2, 3] }`. */
  readonly grid?: { readonly [parameter: string]: readonly Value[] };
  /** What varies as texts, combined with `grid`. */
  readonly space?: SpaceTexts;
  /** Pattern of the members' exp_ids: `lr{learning_rate}_s{seed}`. */
  readonly id?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly search?: SearchRequest;
}

/** What a sweep that goes on by itself takes. */
export interface SearchPlan {
  readonly search: Search;
  /** The steps at which members are compared. */
  readonly rungs: readonly number[];
  /** Absent if neither past runs nor a time limit say how long a member takes. */
  readonly expected?: ExpectedHours;
}

/** What a sweep would make, or made. */
export interface SweepPreview {
  readonly name: string;
  readonly template: string;
  /** Members; if they are proposed, how many at most. */
  readonly count: number;
  /** Of an extension, how many members the sweep has with those that are added; undefined for a new sweep. */
  readonly total?: number;
  /** Of the whole sweep: `4 learning_rate × 3 seed`; if members are proposed, what varies: `learning_rate × width`. */
  readonly shape: string;
  readonly firstId: string;
  readonly lastId: string;
  /** GPU hours at most; undefined without GPUs, or when no time limit is set. */
  readonly gpuHours?: number;
  /** CPU core hours at most; undefined with GPUs, or when no time limit is set. */
  readonly cpuHours?: number;
  /** Of all of it, with each stage; only if its submission was planned, too. */
  readonly price?: Price;
  /** Given if it goes on by itself. */
  readonly search?: SearchPlan;
  /** Worth a question before all of it is submitted: more than 10 experiments, or more than 100 GPU hours. */
  readonly isLarge: boolean;
  readonly warnings: readonly string[];
}

/** How a sweep is made or extended. */
export interface SweepOptions extends RunOptions {
  /** At most this many of its members run at once, whenever they are submitted from now on. */
  readonly maxParallel?: number;
}

/** A sweep that was made or extended. */
export interface SweepMade extends SweepPreview {
  /** As in {@link SweepOptions}, when it was given. */
  readonly maxParallel?: number;
  /** Made by this call; members that existed before are not counted. */
  readonly created: number;
  readonly existed: number;
}

/** How experiments are submitted. */
export interface SubmitOptions extends RunOptions {
  /** Default: all stages. */
  readonly stage?: string;
  readonly maxParallel?: number;
  /** Experiments that must complete first. */
  readonly after?: readonly string[];
  readonly hold?: boolean;
  /** Resources of these attempts only, as texts: `{ time_limit: '02:00:00' }`. */
  readonly set?: { readonly [resource: string]: string };
  /** Let advice choose where they go, even if they say it themselves; `set` takes precedence. */
  readonly advise?: boolean;
  /** Take a choice even if results would come from a different method (level C). */
  readonly accept?: boolean;
}

/** How experiments are retried. */
export interface RetryOptions extends SubmitOptions {
  /**
   * Reread command, stages, environment, resources and code. The attempts start without a checkpoint and begin a new
   * series; parameters stay.
   */
  readonly fresh?: boolean;
}

/** What a submission takes at most. */
export interface Price {
  /** Each task of an array counts. */
  readonly jobs: number;
  /** Undefined if a job with GPUs has no time limit that is known yet, or asks for them by options of sbatch; 0: no GPUs. */
  readonly gpuHours?: number;
  /** CPU core hours of the jobs without GPUs; undefined as `gpuHours`; 0: all jobs have GPUs. */
  readonly cpuHours?: number;
  /** Limits that it touches, in words. */
  readonly limits: readonly string[];
}

/** One call of the scheduler. */
export interface Submission {
  readonly token: string;
  readonly stage: string;
  /** `train-1` of each experiment, in order of the array. */
  readonly members: readonly { readonly expId: ExpId; readonly attempt: string }[];
  readonly outcome:
    | { readonly kind: 'accepted'; readonly job: string; readonly scheduler: string; readonly notes: readonly string[] }
    | { readonly kind: 'refused'; readonly problem: Problem }
    /** It is not known whether a job exists: the next command finds out. */
    | { readonly kind: 'doubtful'; readonly problem: Problem };
  /** What advice chose for them. */
  readonly advised?: AdviceRecord;
}

/** The outcome of a submit or a retry. */
export interface Submitted {
  readonly submissions: readonly Submission[];
  /** Experiments that need nothing, and why: `has job 12, queued 4m`. */
  readonly nothingToDo: readonly { readonly expId: ExpId; readonly why: string }[];
  /** Deferred, because the scheduler has no room for more: a later `submit` or `status` submits it. */
  readonly deferred: readonly { readonly expId: ExpId; readonly why: string }[];
  /** Of a retry: what runs again as it was, although code or template changed since. */
  readonly older?: readonly OlderVersion[];
  /** What the sweeps that were submitted then did by themselves. */
  readonly rounds?: readonly RoundEffect[];
  readonly warnings: readonly string[];
}

export interface OlderVersion {
  readonly expId: ExpId;
  readonly outdated: Outdated;
}

/** What `submit --dry-run` shows. */
export interface DryRun {
  readonly scripts: readonly {
    readonly stage: string;
    readonly expIds: readonly ExpId[];
    readonly script: string;
    readonly run: string;
    readonly command: string;
    /** What advice would choose for them. */
    readonly advised?: AdviceRecord;
  }[];
  readonly nothingToDo: Submitted['nothingToDo'];
  readonly warnings: readonly string[];
}

/** Why an attempt failed, as far as its logs say. */
export interface ShownDiagnosis {
  /** Permanent: `gpu_oom`, `module_missing`, … */
  readonly code: string;
  readonly says: string;
  /** The line of the log that says it; the path is one in the folder of the experiment, or of the project for what the job wrote. */
  readonly line?: LogLine;
  /** What to try. */
  readonly fix?: string;
}

/** One line of `status`. Times in milliseconds since 1970. */
export interface StatusLine {
  readonly expId: ExpId;
  readonly status: Status;
  readonly cause?: Cause;
  readonly stage?: string;
  readonly attempt?: number;
  readonly job?: string;
  readonly submittedMs?: number;
  readonly startedMs?: number;
  readonly endedMs?: number;
  readonly unseenSinceMs?: number;
  readonly exitCode?: number;
  /** Why it waits or why it failed, in words. */
  readonly note?: string;
  /** Why it failed, as far as its logs say. */
  readonly diagnosis?: ShownDiagnosis;
  readonly timeLimitSeconds?: number;
  readonly partition?: string;
}

/** How far some experiments are. Times in milliseconds. */
export interface ExperimentsProgress {
  readonly total: number;
  /** Experiments by status. */
  readonly counts: { readonly [status in Status]?: number };
  /** Experiments that completed, failed, were cancelled or were stopped. */
  readonly ended: number;
  /** Since the first one started; undefined before that. */
  readonly elapsedMs?: number;
  /** How many ended per hour, over the time in which one ran. */
  readonly perHour?: number;
  /** Until all have ended: see `estimateTimeLeft`. */
  readonly leftMs?: number;
  readonly best?: BestMember;
}

/**
 * The best value so far of the main metric, of members that completed. The main metric is the first one whose rule, or
 * whose name beyond doubt, says which values are better.
 */
export interface BestMember {
  readonly expId: ExpId;
  readonly metric: string;
  readonly value: number;
  readonly mode: Mode;
}

/** What a round did to members of a sweep. */
export interface RoundEffect {
  readonly sweep: string;
  /** `paused`: stopped until later results lift them. `repeated`: members were made that repeat the best ones with further seeds. */
  readonly did: 'stopped' | 'paused' | 'resumed' | 'proposed' | 'repeated';
  readonly expIds: readonly ExpId[];
}

/** The state of experiments, after the scheduler was asked. */
export interface StatusReport {
  /** When the scheduler was asked, by this command or another one a moment ago. */
  readonly askedAtMs: number;
  /** Now: ages and run times are given as of then. */
  readonly toldAtMs: number;
  readonly lines: readonly StatusLine[];
  /** Of the experiments that were asked about, by status; without a choice of all that are not archived. */
  readonly counts: { readonly [status: string]: number };
  /** How far they are, if experiments were chosen. */
  readonly progress?: ExperimentsProgress;
  /** What changed by this look. */
  readonly changed: readonly { readonly expId: ExpId; readonly from: Status; readonly to: Status }[];
  /** How many of the experiments that were asked about completed and have results that were not read. */
  readonly unread: number;
  /** What sweeps did by themselves at this look. */
  readonly rounds: readonly RoundEffect[];
  /** Jobs that wait for sweeps, see `sheaf wait --as-job`. Absent: nobody looked. */
  readonly waitJobs?: readonly WaitJob[];
  readonly warnings: readonly string[];
}

/** What a command did to each of many experiments. */
export interface Acted {
  readonly done: readonly ExpId[];
  readonly skipped: readonly { readonly expId: ExpId; readonly why: string }[];
  readonly failed: readonly { readonly expId: ExpId; readonly problem: Problem }[];
  readonly warnings: readonly string[];
}

/** What was found of one experiment. */
export interface HarvestLine {
  readonly expId: ExpId;
  /** `incomplete`: it completed, and a required metric is missing. `no_rules`: its template says nothing of harvest. */
  readonly kind: 'harvested' | 'unchanged' | 'not_run' | 'running' | 'incomplete' | 'no_rules';
  readonly metrics: { readonly [name: string]: Value };
  /** The same with file, rule and place of each. */
  readonly results: { readonly [name: string]: Metric };
  readonly missing: { readonly [name: string]: MissingMetric };
  /** Metrics that stay as they were read before: their files are gone since. */
  readonly gone: readonly string[];
  /** Ended without completing, or still running: values so far. */
  readonly partial: boolean;
  /** See {@link Harvest.notes}. */
  readonly notes: readonly string[];
}

/** The outcome of a harvest. */
export interface HarvestReport {
  readonly lines: readonly HarvestLine[];
  /** What keeps some of the experiments from being harvested: a template that cannot be read, a folder. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** What was read of experiments that completed, without being asked for. */
export interface NewResults {
  readonly lines: readonly HarvestLine[];
  /** How many completed experiments have results that are still not read. */
  readonly pending: number;
  /** Another command reads them. */
  readonly busy?: true;
  /** The run that was being read when the time was over. */
  readonly cutOff?: Key;
  /** What was deleted by a policy with `auto: true`, in words. */
  readonly pruned?: readonly string[];
  /** What keeps results from being read, or checkpoints from being pruned. */
  readonly warnings: readonly string[];
}

/** A finding of `doctor`. */
export interface DoctorFinding {
  /** `note`: worth knowing, and no problem. */
  readonly level: 'ok' | 'note' | 'repaired' | 'problem';
  readonly what: string;
  readonly fix?: string;
}

/** What changed in the project since the attempts of an experiment, which a retry would not notice. */
export interface Outdated {
  /** The first attempt with the code and the settings that a retry runs. */
  readonly attempt: number;
  /** Files of the code, by their paths from the project's folder; none for code that runs in that folder. */
  readonly files: readonly string[];
  /** Settings of the template, by name. */
  readonly settings: readonly string[];
}
