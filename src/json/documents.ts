import type { Problem } from '../core/errors.ts';
import type { CheckpointsPruneJson } from './files/prune.ts';
import type { BestCheckpointJson, CheckpointsJson, PinJson, PinnedJson } from './files/checkpoints.ts';
import type { CompareGroupsJson, CompareJson, GroupTestJson } from './inspect/compare.ts';
import type { CheckoutJson, DiffJson } from './inspect/diff.ts';
import type { ListJson } from './inspect/list.ts';
import type { ScriptsJson, ShowJson } from './inspect/show.ts';
import type { CreatedJson, RerunJson } from './make/created.ts';
import type { SweepJson, SweepMadeJson, SweepPlanJson, SweepSetJson } from './make/sweep.ts';
import type { Json } from './parts/json.ts';
import { problemJson, type ProblemJson } from './parts/problem.ts';
import type { AdviceJson } from './resources/advise.ts';
import type { EfficiencyJson } from './resources/efficiency.ts';
import type { EstimateRowsJson } from './resources/estimate-rows.ts';
import type { EstimateJson } from './resources/estimate.ts';
import type { PartitionsJson } from './resources/partitions.ts';
import type { TrackRecordJson } from './resources/track-record.ts';
import type { ExportJson } from './results/export.ts';
import type { DiscoverJson, HarvestJson } from './results/harvest.ts';
import type { PlotJson } from './results/plot.ts';
import type { MlflowJson, TensorboardJson, WandbJson } from './results/trackers.ts';
import type { ActedJson } from './run/acted.ts';
import type { LogEntryJson } from './run/logs.ts';
import type { AllEndedJson, EndedJson, RoundJson, StatusJson } from './run/status.ts';
import type { WaitJobStartedJson, WaitJobsStoppedJson } from './run/wait-job.ts';
import type { RunJson } from './run/run.ts';
import type { DryRunJson, SubmittedJson } from './run/submit.ts';
import type { CompletionJson } from './start/completion.ts';
import type { ServeJson } from './start/serve.ts';
import type { DoctorJson, RecordingJson } from './start/doctor.ts';
import type { DiskJson } from './start/disk.ts';
import type { InfoJson } from './start/info.ts';
import type { InitJson } from './start/init.ts';
import type { MadeTemplateJson, TemplateJson, TemplatesJson } from './start/template.ts';
import type { PruneJson } from './tidy/prune.ts';
import type { RenameJson } from './tidy/rename.ts';

/** The data of each document, by the command that prints it. */
export interface DocumentData {
  readonly init: InitJson;
  readonly info: InfoJson | DiskJson;
  readonly doctor: DoctorJson | RecordingJson;
  readonly serve: ServeJson;
  readonly completion: CompletionJson;
  readonly 'template list': TemplatesJson;
  readonly 'template show': TemplateJson;
  readonly 'template new': MadeTemplateJson;
  readonly new: CreatedJson;
  readonly clone: CreatedJson;
  readonly rerun: RerunJson;
  readonly sweep: SweepPlanJson | SweepMadeJson;
  readonly 'sweep extend': SweepPlanJson | SweepMadeJson;
  readonly 'sweep set': SweepSetJson;
  readonly 'sweep show': SweepJson;
  readonly run: RunJson | SubmittedJson | SweepMadeJson | DryRunJson | SweepPlanJson;
  readonly submit: SubmittedJson | DryRunJson | RoundJson | EndedJson | AllEndedJson;
  readonly retry: SubmittedJson | RoundJson | EndedJson | AllEndedJson;
  readonly status: StatusJson;
  readonly wait: RoundJson | EndedJson | AllEndedJson | WaitJobStartedJson | WaitJobsStoppedJson;
  readonly logs: readonly LogEntryJson[] | LogEntryJson;
  readonly tail: readonly LogEntryJson[] | LogEntryJson;
  readonly cancel: ActedJson;
  readonly hold: ActedJson;
  readonly release: ActedJson;
  readonly requeue: ActedJson;
  readonly list: ListJson;
  readonly show: ShowJson | ScriptsJson;
  readonly compare: CompareJson | CompareGroupsJson | GroupTestJson;
  readonly diff: DiffJson;
  readonly checkout: CheckoutJson;
  readonly harvest: HarvestJson | DiscoverJson;
  readonly export: ExportJson | MlflowJson | WandbJson;
  readonly plot: PlotJson;
  readonly tensorboard: TensorboardJson;
  readonly 'checkpoints list': CheckpointsJson | PinnedJson;
  readonly 'checkpoints best': BestCheckpointJson;
  readonly 'checkpoints pin': PinJson;
  readonly 'checkpoints unpin': PinJson;
  readonly 'checkpoints prune': CheckpointsPruneJson;
  readonly partitions: PartitionsJson;
  readonly advise: AdviceJson | TrackRecordJson;
  readonly estimate: EstimateJson | EstimateRowsJson;
  readonly efficiency: EfficiencyJson;
  readonly tag: ActedJson;
  readonly note: ActedJson;
  readonly archive: ActedJson;
  readonly prune: PruneJson;
  readonly rename: RenameJson;
  readonly rm: ActedJson;
}

/** A document as it is in the list. */
export interface DocumentKind {
  /** Its name and version. A change that could break a reader makes a new version. */
  readonly schema: string;
  /** What its data are, for people. */
  readonly holds: string;
}

const ACTED = 'What the command did to each experiment: `done`, `skipped` and `failed`';
const WAITING = '; while waiting, each experiment that ends (`event: ended`) and the end (`event: all_ended`)';

/** All documents, by the command that prints them. */
export const DOCUMENTS: { readonly [Command in keyof DocumentData]: DocumentKind } = {
  init: { schema: 'sheaf.init/1', holds: 'The project that was made, the machine and the cluster' },
  info: {
    schema: 'sheaf.info/1',
    holds: 'The machine, the project, its cluster, and what is missing; with `--disk`, what files take, and quotas',
  },
  doctor: { schema: 'sheaf.doctor/1', holds: 'Findings; with `--record`, the file that was written' },
  serve: { schema: 'sheaf.serve/1', holds: 'Where the dashboard is served' },
  completion: { schema: 'sheaf.completion/1', holds: 'The script for a shell' },
  'template list': {
    schema: 'sheaf.template-list/1',
    holds: 'The templates of the project; with `--builtin`, those of sheaf',
  },
  'template show': { schema: 'sheaf.template-show/1', holds: 'Parameters, reserved keys and stages of a template' },
  'template new': { schema: 'sheaf.template-new/1', holds: 'The template that was made' },
  new: { schema: 'sheaf.new/1', holds: 'The experiment, and how it differs from its template' },
  clone: { schema: 'sheaf.clone/1', holds: 'The experiment, and how it differs from the one that was cloned' },
  rerun: { schema: 'sheaf.rerun/1', holds: 'The experiment, and which one it repeats' },
  sweep: { schema: 'sheaf.sweep/1', holds: 'The sweep that was made or, with `--dry-run`, would be' },
  'sweep extend': {
    schema: 'sheaf.sweep-extend/1',
    holds: 'The members that were added or, with `--dry-run`, would be',
  },
  'sweep set': {
    schema: 'sheaf.sweep-set/1',
    holds: 'How many members run at once, and how the sweep goes on by itself',
  },
  'sweep show': {
    schema: 'sheaf.sweep-show/1',
    holds:
      'The parts of a sweep, its members by status, and what is stopped and proposed; with `--importance`, that of its parameters',
  },
  run: {
    schema: 'sheaf.run/1',
    holds:
      'How it ended, with the metrics; with `--detach` or if there is nothing to follow, what `submit` or `sweep --submit` prints; with `--dry-run`, what they would do',
  },
  submit: { schema: 'sheaf.submit/1', holds: `What was submitted; with \`--dry-run\`, the scripts${WAITING}` },
  retry: { schema: 'sheaf.retry/1', holds: `What was submitted${WAITING}` },
  status: { schema: 'sheaf.status/1', holds: 'The state of experiments, and what changed' },
  wait: {
    schema: 'sheaf.wait/1',
    holds:
      'What sweeps do by themselves (`event: round`), each experiment that ends (`event: ended`), and the end (`event: all_ended`); with `--as-job`, the job',
  },
  logs: {
    schema: 'sheaf.logs/1',
    holds: 'The lines of logs, each with its experiment and stream; with `-f`, one document for each',
  },
  tail: { schema: 'sheaf.tail/1', holds: 'The last lines of logs; with `-f`, one document for each' },
  cancel: { schema: 'sheaf.cancel/1', holds: ACTED },
  hold: { schema: 'sheaf.hold/1', holds: ACTED },
  release: { schema: 'sheaf.release/1', holds: ACTED },
  requeue: { schema: 'sheaf.requeue/1', holds: ACTED },
  list: { schema: 'sheaf.list/1', holds: 'The columns of each experiment' },
  show: { schema: 'sheaf.show/1', holds: 'All about one experiment; with `--script`, the scripts of its stages' },
  compare: {
    schema: 'sheaf.compare/1',
    holds: 'Experiments side by side; with `--group-by`, groups; with `--test`, a t-test of two groups',
  },
  diff: { schema: 'sheaf.diff/1', holds: 'Parameters, settings, code and environment that differ' },
  checkout: { schema: 'sheaf.checkout/1', holds: 'The folder, and the code in it' },
  harvest: { schema: 'sheaf.harvest/1', holds: 'Metrics of each experiment; with `--discover`, rules that fit' },
  export: { schema: 'sheaf.export/1', holds: 'The file that was written; with `--to`, what a tracker was sent' },
  plot: { schema: 'sheaf.plot/1', holds: 'The numbers behind a figure' },
  tensorboard: { schema: 'sheaf.tensorboard/1', holds: 'The runs that TensorBoard shows, and its address' },
  'checkpoints list': {
    schema: 'sheaf.checkpoints-list/1',
    holds: 'Checkpoints with steps, sizes and a metric; with `--pinned`, those that have a name, with code and data',
  },
  'checkpoints best': {
    schema: 'sheaf.checkpoints-best/1',
    holds: 'The best checkpoint of the best experiment that has one, and the experiments that were skipped',
  },
  'checkpoints pin': { schema: 'sheaf.checkpoints-pin/1', holds: 'The checkpoint that got the name' },
  'checkpoints unpin': { schema: 'sheaf.checkpoints-unpin/1', holds: 'The checkpoint that had the name' },
  'checkpoints prune': {
    schema: 'sheaf.checkpoints-prune/1',
    holds: 'The checkpoints that were deleted, or would be, and why the others stay',
  },
  partitions: { schema: 'sheaf.partitions/1', holds: 'Partitions with their GPUs, what is free, and who may use them' },
  advise: {
    schema: 'sheaf.advise/1',
    holds: 'Choices with forecasts and costs; with `--track-record`, past forecasts',
  },
  estimate: { schema: 'sheaf.estimate/1', holds: 'GPU memory of a training; with `--from`, of each line of a file' },
  efficiency: { schema: 'sheaf.efficiency/1', holds: 'What runs used of what they asked for, with suggestions' },
  tag: { schema: 'sheaf.tag/1', holds: ACTED },
  note: { schema: 'sheaf.note/1', holds: ACTED },
  archive: { schema: 'sheaf.archive/1', holds: ACTED },
  prune: { schema: 'sheaf.prune/1', holds: 'Checkouts that were removed or, with `--dry-run`, would be' },
  rename: { schema: 'sheaf.rename/1', holds: 'The name before, and the name now' },
  rm: { schema: 'sheaf.rm/1', holds: ACTED },
};

/** What a command prints with `--json`. */
export interface Document {
  readonly schema: string;
  readonly data: Json;
  readonly warnings: readonly string[];
}

/**
 * A document around its data.
 *
 * @param command as typed after `sheaf`: `sweep extend`
 * @param warnings what one must know to read the data rightly
 */
export function makeDocument(command: string, data: Json, warnings: readonly string[]): Document {
  if (!isDocumented(command)) throw new Error(`no document is listed for sheaf ${command}`);
  return { schema: DOCUMENTS[command].schema, data, warnings };
}

function isDocumented(command: string): command is keyof DocumentData {
  return Object.hasOwn(DOCUMENTS, command);
}

/** What a command that fails prints on the standard error with `--json`. */
export interface ErrorDocument {
  readonly error: ProblemJson;
  readonly others: readonly ProblemJson[];
}

export function errorJson([first, ...others]: readonly [Problem, ...Problem[]]): ErrorDocument {
  return { error: problemJson(first), others: others.map(problemJson) };
}
