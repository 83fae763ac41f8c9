import { withoutUndefined } from '../../../core/value.ts';
import type {
  ExperimentManager,
  ListSelector,
  MlflowExported,
  MlflowLine,
  WandbLine,
  WandbSynced,
} from '../../../app/index.ts';
import { inputError } from '../../../core/errors.ts';
import { mlflowJson, wandbJson } from '../../../json/index.ts';
import type { Args } from '../../flags/args.ts';
import { type Answer, exitCodeOf } from '../../shell/answer.ts';
import type { Flag } from '../../flags/flags.ts';
import { readListing } from '../inspect/listing.ts';
import type { Session } from '../../shell/session.ts';
import { count, some } from '../../shell/words.ts';

const HEADING = 'Trackers';

/** The flags of `export` that send experiments to a tracker instead of writing a file. */
export const TRACKER_FLAGS: readonly Flag[] = [
  {
    name: 'to',
    value: 'TRACKER',
    help: 'Send runs to a tracker instead: mlflow, or wandb for offline runs',
    choices: ['mlflow', 'wandb'],
    heading: HEADING,
  },
  {
    name: 'tracking-uri',
    value: 'URL',
    help: 'MLflow tracking server (default: integrations.mlflow.tracking_uri, then MLFLOW_TRACKING_URI)',
    heading: HEADING,
  },
  {
    name: 'mlflow-experiment',
    value: 'NAME',
    help: 'MLflow experiment (default: integrations.mlflow.experiment, then the name of the project)',
    heading: HEADING,
  },
  {
    name: 'artifacts',
    value: 'GLOB',
    many: 'words',
    help: 'Files of the experiment or its newest attempts to send to MLflow: results.json "*.png"',
    heading: HEADING,
  },
  { name: 'dry-run', help: 'With --to wandb: list the offline runs without sending them', heading: HEADING },
];

/** Sends to the tracker that `--to` names. @throws SheafError `cli.tracker.file`, `cli.tracker.dry_run` */
export async function trackerAnswer(args: Args, session: Session): Promise<Answer> {
  const [file] = args.positionals;
  if (file !== undefined) {
    throw inputError('cli.tracker.file', `--to writes no file, but ${file} is given`, {
      fix: 'omit the file, or --to',
      now: 'nothing was sent',
    });
  }
  if (args.has('dry-run') && args.text('to') !== 'wandb') {
    throw inputError('cli.tracker.dry_run', '--dry-run requires --to wandb', {
      why: 'only offline runs of W&B can be listed before they are sent',
      fix: 'omit --dry-run; sheaf does not send again what MLflow already has',
      now: 'nothing was sent',
    });
  }
  return args.text('to') === 'wandb' ? wandbAnswer(args, session) : mlflowAnswer(args, session);
}

async function mlflowAnswer(args: Args, session: Session): Promise<Answer> {
  const [trackingUri, mlflowExperiment] = [args.text('tracking-uri'), args.text('mlflow-experiment')];
  const manager = await session.open();
  const request = withoutUndefined({
    ...(await readSelector(args, manager)),
    trackingUri,
    mlflowExperiment,
    ...(args.has('artifacts') ? { artifacts: args.texts('artifacts') } : {}),
  });
  const { signal, progress } = session;
  const exported = await manager.exportToMlflow(request, { signal, progress });
  const { lines, problems, warnings } = exported;
  return {
    data: mlflowJson(exported),
    text: () => mlflowText(exported),
    problems,
    warnings,
    exitCode: exitCodeOf(problems.length, lines.length + problems.length),
  };
}

function mlflowText({ lines, places, notRun }: MlflowExported): string {
  const of = (kind: MlflowLine['kind']): number => lines.filter((line) => line.kind === kind).length;
  const sum = (part: 'points' | 'files'): number => lines.reduce((total, line) => total + line[part], 0);
  const where = places.map(({ uri, experiment }) => `${uri}, experiment "${experiment}"`).join('; ');
  const [first] = lines;
  return [
    lines.length === 0 ? 'Nothing to send\n' : `${count(lines.length, 'run')} at ${where}\n`,
    lines.length === 0 ? '' : `  ${of('new')} new, ${of('updated')} updated, ${of('unchanged')} unchanged: `,
    lines.length === 0 ? '' : `${count(sum('points'), 'value')} of metrics, ${count(sum('files'), 'file')}\n`,
    notRun.length === 0 ? '' : `  ${notRun.length} not run yet: ${some(notRun)}\n`,
    lines.length === 1 && first ? `  ${first.url}\n` : '',
  ].join('');
}

async function readSelector(args: Args, manager: ExperimentManager): Promise<ListSelector> {
  const { columns: _columns, sort: _sort, ...selector } = await readListing(args, manager);
  return selector;
}

async function wandbAnswer(args: Args, session: Session): Promise<Answer> {
  const { signal, progress } = session;
  const dryRun = args.has('dry-run');
  const manager = await session.open();
  const synced = await manager.syncToWandb(await readSelector(args, manager), { signal, progress, dryRun });
  const problems = synced.lines.flatMap(({ problem = [] }) => problem);
  return {
    data: wandbJson(synced),
    text: () => wandbText(synced),
    problems,
    warnings: synced.warnings,
    exitCode: exitCodeOf(problems.length, synced.lines.length),
  };
}

function wandbText({ lines }: WandbSynced): string {
  if (lines.length === 0) return 'No offline runs of W&B\n';
  const of = (kind: WandbLine['kind'], words: string): string => {
    const some = lines.filter((line) => line.kind === kind);
    return some.length === 0 ? '' : `  ${some.length} ${words}\n`;
  };
  return [
    `${count(lines.length, 'offline run')} of W&B\n`,
    of('synced', 'sent'),
    of('already', 'already sent'),
    of('running', 'still being written'),
    of('failed', 'not sent'),
    of('waiting', 'not sent yet:'),
    ...lines.filter(({ kind }) => kind === 'waiting').map(({ expId, path }) => `    ${expId}  ${path}\n`),
  ].join('');
}
