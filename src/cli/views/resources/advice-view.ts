import { formatGib, formatRange, LEVEL_WORDS, NAME_WORDS } from '../../../core/experiment/advice-words.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import {
  cleanText,
  findNearestMiss,
  paint,
  type Advice,
  type Cell,
  type Dropped,
  type Forecast,
  type ScoredCandidate,
  type OfferedChoice,
  needsCopy,
  takeChoice,
  type GivenValues,
  type TableColumn,
} from '../../../app/index.ts';
import { formatDuration } from '../../../core/units.ts';
import { batchWords, costWords, fitWords, gpuWords, hoursWords } from './advice-words.ts';
import { formatTable } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';
import { wrapHanging } from '../../shell/words.ts';

/** Advice on one screen: needs, choices, reasons, what is not offered, and how to take a choice. */
export function adviceText(advice: Advice, given: GivenValues, screen: Screen): string {
  const { choices } = advice;
  const [best] = choices;
  const head = (text: string): string => paint(text, 'title', screen.color);
  return [
    needsText(advice, screen),
    choices.length === 0
      ? 'No partition can run this job as configured\n'
      : formatTable(
          columnsOf(advice),
          choices.map((choice, i) => rowOf(advice, choice, i)),
          screen,
        ),
    ...whyLines(choices, screen),
    ...section(head('Not offered'), droppedLines(advice), screen),
    ...section(head('Basis'), basisLines(advice), screen),
    best === undefined ? '' : `${head('Use it')}  ${takeChoice(advice, best, given)}\n`,
    afterwards(advice, head),
  ].join('');
}

/** The lines after the command: how to submit what it creates, and where the commands of the other choices are. */
function afterwards({ target, choices }: Advice, head: (text: string) => string): string {
  const [best, ...rest] = choices;
  if (best === undefined) return '';
  const made = target.kind === 'template' ? 'NAME' : needsCopy(target, best) ? 'NEW' : undefined;
  return [
    ...(made === undefined ? [] : [`${head('Then')}    sheaf submit ${made}\n`]),
    ...otherStages(target).map((line) => `${head('Stages')}  ${line}\n`),
    ...(rest.length === 0 ? [] : [`${head('Others')}  --json has the command of each\n`]),
  ].join('');
}

/** Advice is for one stage; the others ask for other resources. */
function otherStages({ name, stage, stages = [] }: Advice['target']): string[] {
  const others = stages.filter((each) => each !== stage.name);
  if (others.length === 0) return [];
  const place = `this is ${stage.name}, ${stages.indexOf(stage.name) + 1} of ${stages.length}`;
  return [`${place}; for the others: ${others.map((each) => `sheaf advise ${name} --stage ${each}`).join('; ')}`];
}

function needsText({ target, job, needs, parts, choices, reference }: Advice, screen: Screen): string {
  const about = `${target.name} · ${target.stage.name}${job.tasks > 1 ? ` · ${job.tasks} jobs` : ''}`;
  const beside = reference === undefined ? '' : `; results must be comparable with ${reference}`;
  if (job.device === 'cpu') return `${lines(`${about}: ${cpuWords(job)}${beside}`, screen)}`;
  const sizes = shownNeeds(needs, choices).map(
    ({ gpus, need }, i) =>
      `${formatGib(need.gib ?? 0)} GiB on ${gpus === 1 ? '1 GPU' : `each of ${gpus}${i === 0 ? ' GPUs' : ''}`}`,
  );
  const memory = sizes.length === 0 ? 'its GPU memory is unknown' : `needs ≈ ${sizes.join(', ')}`;
  const batch = job.batch === undefined ? '' : `; global batch ${job.batch.global}`;
  return `${lines(`${about}: ${memory}${batch}${beside}`, screen)}${parts === undefined ? '' : lines(`  of the first choice, on each GPU: ${parts}`, screen)}`;
}

/** One GPU, and the numbers of GPUs that are offered. */
function shownNeeds(needs: Advice['needs'], choices: readonly OfferedChoice[]): Advice['needs'] {
  const offered = new Set(choices.map(({ candidate }) => candidate.gpus));
  return needs.filter(({ gpus }) => gpus === 1 || offered.has(gpus));
}

function cpuWords({ cpusPerTask = 1, tasksPerNode = 1, nodes = 1, timeLimitS }: Advice['job']): string {
  const cpus = cpusPerTask * tasksPerNode;
  const time = timeLimitS === undefined ? 'no time limit' : `up to ${formatDuration(timeLimitS)}`;
  return `no GPU, ${formatCount(cpus, 'CPU core')}${nodes === 1 ? '' : ` on each of ${nodes} nodes`}, ${time}`;
}

function columnsOf({ job, choices }: Advice): readonly TableColumn[] {
  const isGpu = job.device === 'gpu';
  return [
    { name: '#', priority: 9 },
    { name: 'partition', priority: 9 },
    ...(isGpu
      ? [
          { name: 'gpus', priority: 8 },
          { name: 'FITS GiB', verbatim: true, priority: 6 },
        ]
      : [{ name: 'cpus', priority: 5 }]),
    ...(hasAccounts(choices) ? [{ name: 'account', priority: 1 }] : []),
    ...(job.timeLimitS === undefined ? [{ name: 'limit', priority: 1 }] : []),
    { name: 'wait', priority: 8 },
    { name: 'runs', priority: 7 },
    { name: isGpu ? 'gpu hours' : 'cpu hours', priority: 4 },
  ];
}

/** If the default account can be used everywhere, it is not shown. */
function hasAccounts(choices: readonly OfferedChoice[]): boolean {
  return choices.some(({ candidate }) => candidate.access?.default === false);
}

function rowOf({ job, choices }: Advice, { candidate }: OfferedChoice, i: number): Cell[] {
  const { offer, access, wait, run, cost, timeLimitS } = candidate;
  const size = job.device === 'gpu' ? [gpuWords(candidate), fitWords(candidate)] : [String(cost.cpus)];
  return [
    String(i + 1),
    offer.partition,
    ...size,
    ...(hasAccounts(choices) ? [access?.account ?? ''] : []),
    ...(job.timeLimitS === undefined ? [limitWords(offer, timeLimitS)] : []),
    formatRange(wait),
    formatRange(run),
    hoursWords(candidate),
  ];
}

/** A cluster that answers can have no limit; in a catalogue, a missing limit is unknown. */
function limitWords({ free }: ScoredCandidate['offer'], timeLimitS: number | undefined): string {
  if (timeLimitS !== undefined) return formatDuration(timeLimitS);
  return free === undefined ? 'unknown' : 'none';
}

/** The reasons and warnings of each choice; common warnings appear once. */
function whyLines(choices: readonly OfferedChoice[], screen: Screen): string[] {
  const [first, ...rest] = choices;
  const common =
    rest.length === 0
      ? []
      : (first?.warnings ?? []).filter((warning) => rest.every(({ warnings }) => warnings.includes(warning)));
  const warned = (warnings: readonly string[]): string[] =>
    warnings.map((warning) => paintedLines(`    ! ${warning}`, screen));
  return [
    ...choices.flatMap((choice, i) => [
      lines(titleWords(choice, i), screen, '    '),
      ...warned(choice.warnings.filter((warning) => !common.includes(warning))),
    ]),
    ...(common.length === 0 ? [] : ['all of them\n', ...warned(common)]),
  ];
}

/** `1 fastest, cheapest: soonest done: ≈ 2h 39m; fewest GPU hours; batch 128 × 4 GPUs`, with costs in other units. */
function titleWords({ candidate, names, reasons }: OfferedChoice, i: number): string {
  const costs = costWords(candidate);
  const waves = candidate.waves;
  const rounds =
    waves === undefined ? [] : [`${formatCount(waves.count, 'wave')} of ${waves.atOnce} at once (${waves.because})`];
  const isTold = candidate.comparability === undefined || names.includes('comparable');
  const level = isTold ? [] : [`level ${candidate.comparability.level}`];
  const batch = batchWords(candidate);
  const told = [
    ...reasons,
    ...(batch === '' ? [] : [batch]),
    ...rounds,
    ...level,
    ...(costs === '' ? [] : [costs]),
  ].join('; ');
  return `${i + 1} ${names.map((name) => NAME_WORDS[name]).join(', ')}: ${told}`;
}

function paintedLines(text: string, screen: Screen): string {
  return paint(lines(text, screen, '      ').trimEnd(), 'warning', screen.color) + '\n';
}

/** Each partition once, and each reason once. */
function droppedLines({ dropped, choices }: Advice): string[] {
  const offered = new Set(choices.map(({ candidate: { offer } }) => placeOf(offer)));
  const places = Map.groupBy(
    dropped.filter((each) => !offered.has(placeOf(each))),
    placeOf,
  );
  const told = [...places].flatMap(([place, all]) => {
    // If there are choices, the reasons against the others come first; otherwise what is closest to fitting.
    const first = all.find(({ kind }) => kind === 'worse') ?? findNearestMiss(all);
    return first === undefined ? [] : [{ place: `${place}${countWords(first)}`, why: whyWords(first) }];
  });
  return [...Map.groupBy(told, ({ why }) => why)].map(
    ([why, all]) => `${all.map(({ place }) => place).join(', ')}: ${why}`,
  );
}

/** A worse candidate is worse with every number of GPUs. */
function countWords({ kind, gpus = 0 }: Dropped): string {
  return kind === 'worse' || gpus === 0 ? '' : ` (${formatCount(gpus, 'GPU')})`;
}

function whyWords({ why, fix }: Dropped): string {
  return fix === undefined ? why : `${why}; ${fix}`;
}

function placeOf({ partition, gpuType = '' }: { readonly partition: string; readonly gpuType?: string }): string {
  return gpuType === '' ? partition : `${partition} ${gpuType}`;
}

/** The sources of the numbers: for wait and run time, each choice that has its own basis. */
function basisLines(advice: Advice): string[] {
  const { choices, basis } = advice;
  const told = new Set(choices.flatMap(({ candidate: { wait, run } }) => [wait.basis, run.basis]));
  const isRange = choices.some(({ candidate: { wait, run } }) => wait.p90S !== undefined || run.p90S !== undefined);
  return [
    ...(isRange ? ['a – b: half of similar jobs take less than a, nine in ten less than b'] : []),
    ...forecastLines('wait', choices, ({ wait }) => wait),
    ...forecastLines('runs', choices, ({ run }) => run),
    ...limitLines(advice),
    ...wordLines(choices),
    ...basis.filter((text) => !told.has(text)),
  ];
}

/** Explanations of terms that not every reader knows. */
function wordLines(choices: readonly OfferedChoice[]): string[] {
  const hasRgu = choices.some(({ candidate, reasons }) =>
    [costWords(candidate), ...reasons].some((text) => /\bRGU\b/.test(text)),
  );
  const hasLevels = choices.some(({ candidate }) => candidate.comparability !== undefined);
  return [
    ...(hasLevels
      ? [
          `levels: ${Object.entries(LEVEL_WORDS)
            .map((level) => level.join(' '))
            .join(', ')}`,
        ]
      : []),
    ...(hasRgu
      ? ['RGU: reference GPU units of the Digital Research Alliance of Canada; an A100 of 40 GB has 4.0']
      : []),
  ];
}

/** The limit that ends a run whose run time is unknown and that sets no time limit. */
function limitLines({ job, choices }: Advice): string[] {
  const limits = choices.flatMap(({ candidate: { run, timeLimitS } }) =>
    run.p50S !== undefined || timeLimitS === undefined ? [] : [formatDuration(timeLimitS)],
  );
  if (job.timeLimitS !== undefined || limits.length === 0) return [];
  const most = [...new Set(limits)].join(' or ');
  return [
    `limit: no time limit is set, so the partition ends a run after ${most}; to change it: --set time_limit=08:00:00`,
  ];
}

/** Forecasts of one kind are computed in the same way, so one basis explains all. */
function forecastLines(
  what: string,
  choices: readonly OfferedChoice[],
  of: (candidate: ScoredCandidate) => Forecast,
): string[] {
  const forecasts = choices.map((choice, i) => ({ i: i + 1, forecast: of(choice.candidate) }));
  const byKind = Map.groupBy(forecasts, ({ forecast }) => forecast.kind);
  return [...byKind.values()].flatMap((all) => {
    const [first, ...rest] = all;
    if (first === undefined) return [];
    const others = rest.filter(({ forecast }) => forecast.basis !== first.forecast.basis).map(({ i }) => i);
    const alike = others.length === 0 ? '' : ` (${others.join(', ')} alike)`;
    const which = byKind.size === 1 && others.length === 0 ? '' : ` of ${first.i}${alike}`;
    return [`${what}${which}: ${first.forecast.basis}`];
  });
}

function section(title: string, texts: readonly string[], screen: Screen): string[] {
  return texts.length === 0 ? [] : [`${title}\n`, ...texts.map((text) => lines(`  ${text}`, screen, '    '))];
}

/** Wrapped on a terminal, with an indent after the first line. */
function lines(said: string, { tty, width }: Screen, indent: string = '  '): string {
  const text = cleanText(said);
  if (!tty) return `${text}\n`;
  const lead = text.slice(0, text.length - text.trimStart().length);
  return `${lead}${wrapHanging(text.trimStart(), width, indent).join('\n')}\n`;
}
