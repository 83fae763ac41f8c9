import { paint, type EfficiencyGroup, type EfficiencyReport, type Share } from '../../../app/index.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import { formatBytes, formatDuration } from '../../../core/units.ts';
import { efficiencyJson } from '../../../json/index.ts';
import type { Answer } from '../../shell/answer.ts';
import { formatTable } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';
import { wrapHanging, some } from '../../shell/words.ts';

/** Number of groups that are shown in full; more become a table. */
const IN_FULL = 3;

export function efficiencyAnswer(report: EfficiencyReport): Answer {
  const { groups, notRun, warnings } = report;
  return {
    data: efficiencyJson(report),
    text: (screen) => {
      if (groups.length === 0) return `${notRunWords(notRun) ?? 'no run has ended yet'}\n`;
      const parts =
        groups.length <= IN_FULL ? groups.map((group) => groupText(group, screen)) : [tableOf(groups, screen)];
      const missing = notRunWords(notRun);
      return `${parts.join('\n')}${missing === undefined ? '' : `\n${missing}\n`}`;
    },
    warnings,
  };
}

function notRunWords(notRun: readonly string[]): string | undefined {
  return notRun.length === 0 ? undefined : `no run has ended yet of ${some(notRun)}`;
}

interface Line {
  readonly name: string;
  readonly share?: Share | undefined;
  /** `2.0 of 8 cores at work` */
  readonly words: string;
}

/** One line for each resource: how much of it was used. Unknown resources have no line. */
function linesOf(group: EfficiencyGroup): Line[] {
  const { gpu, gpuMemory, cpu, memory, time, gpuHours, gpuHoursWasted } = group;
  const many = group.runs.length > 1;
  const most = many ? ', at most' : '';
  const mean = many ? ', on average' : '';
  const of = (share: Share | undefined, words: (share: Share) => string, name: string): Line[] =>
    share === undefined ? [] : [{ name, share, words: words(share) }];
  const wasted =
    gpuHours === undefined ? [] : [{ name: 'wasted', words: wastedWords(gpuHours, gpuHoursWasted, group) }];
  return [
    ...of(gpu, ({ used, of: all }) => `${decimal(used)} of ${formatCount(all, 'GPU')} at work${mean}`, 'GPU'),
    ...of(gpuMemory, (share) => `${gibWords(share.used * 1024, share.of * 1024)} of a GPU${most}`, 'GPU memory'),
    ...of(
      cpu,
      ({ used, of: all }) => `${decimal(used)} of ${decimal(all)} ${all === 1 ? 'core' : 'cores'} at work${mean}`,
      'CPU',
    ),
    ...of(memory, (share) => `${gibWords(share.used, share.of)}${most}`, 'memory'),
    ...(memory === undefined ? unasked('memory', peakMib(group), (mib) => formatBytes(mib * 2 ** 20), most) : []),
    ...of(time, ({ used, of: all }) => `${formatDuration(used)} of ${formatDuration(all)}${most}`, 'time'),
    ...(time === undefined ? unasked('time', longestS(group), formatDuration, most) : []),
    ...wasted,
  ];
}

/** Usage of a resource whose requested amount is unknown. */
function unasked(name: string, used: number, words: (used: number) => string, most: string): Line[] {
  return used === 0 ? [] : [{ name, words: `${words(used)}${most}; the limit is unknown` }];
}

function peakMib({ runs }: EfficiencyGroup): number {
  return Math.max(...runs.map(({ run }) => (run.packed === undefined ? (run.usage?.peakHostMib ?? 0) : 0)));
}

function longestS({ runs }: EfficiencyGroup): number {
  return Math.max(...runs.map(({ elapsedS }) => elapsedS ?? 0));
}

function wastedWords(hours: number, wasted: number | undefined, { runs, wasteKnown }: EfficiencyGroup): string {
  if (wasted === undefined) return `unknown, of ${decimal(hours)} GPU hours`;
  const part = wasteKnown < runs.length ? `, known for ${wasteKnown} of ${runs.length} runs` : '';
  return `${decimal(wasted)} of ${decimal(hours)} GPU hours${part}`;
}

function gibWords(usedMib: number, ofMib: number): string {
  return `${formatBytes(usedMib * 2 ** 20)} of ${formatBytes(ofMib * 2 ** 20)}`;
}

/** A positive number is never shown as zero. */
function decimal(value: number): string {
  if (value > 0 && value < 0.005) return '< 0.01';
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 1 ? 2 : 1);
}

function percent(share: Share | undefined): string {
  if (share === undefined) return '';
  return share.share > 0 && share.share < 0.01 ? '<1 %' : `${Math.round(share.share * 100)} %`;
}

function groupText(group: EfficiencyGroup, screen: Screen): string {
  const lines = linesOf(group);
  const width = Math.max(0, ...lines.map(({ name }) => name.length));
  return [
    paint(titleOf(group), 'title', screen.color),
    ...lines.map(({ name, share, words }) => `  ${name.padEnd(width)}  ${percent(share).padStart(5)}  ${words}`),
    ...remarksOf(group).map((remark) => `  ${paint(remark, 'aside', screen.color)}`),
    ...suggestionLines(group, screen),
    '',
  ].join('\n');
}

/** `resnet50_s1, train-1: completed`; for several runs `sweep lrs, train: 14 runs on NVIDIA A100`. */
function titleOf(group: EfficiencyGroup): string {
  const [first] = group.runs;
  if (first !== undefined && group.runs.length === 1) {
    const { expId, stage, n, status, cause, gpuName, gpus } = first.run;
    const on = gpuName === undefined || gpus === 0 ? '' : `, ${gpus === undefined ? '' : `${gpus} × `}${gpuName}`;
    return `${expId}, ${stage}-${n}: ${status}${cause === undefined ? '' : ` (${cause})`}${on}`;
  }
  return `${nameOf(group)}: ${formatCount(group.runs.length, 'run')}`;
}

function nameOf({ template, sweep, stage, runs }: EfficiencyGroup): string {
  if (runs.length === 1) return `${runs[0]?.run.expId ?? ''}, ${stage}`;
  return `${sweep === undefined ? (template ?? '') : `sweep ${sweep}`}, ${stage}`;
}

/** Remarks about what is unknown or could not be judged, each once with its number of runs. */
function remarksOf({ runs }: EfficiencyGroup): string[] {
  const all = runs.flatMap(({ tooShort, unknown }) => [
    ...(tooShort === undefined ? [] : [kindOf(tooShort)]),
    ...unknown,
  ]);
  if (runs.length === 1)
    return runs.flatMap(({ tooShort, unknown }) => [...(tooShort === undefined ? [] : [tooShort]), ...unknown]);
  return [...Map.groupBy(all, (text) => text)].map(([text, same]) => `${same.length} of ${runs.length} runs: ${text}`);
}

/** Remarks of several runs are grouped regardless of their run times. */
function kindOf(tooShort: string): string {
  return tooShort.replace(/^it ran \d+ s: |^the monitor looked \d+ times: /, '');
}

/** One line each; wrapped on a terminal. */
function suggestionLines({ suggestions }: EfficiencyGroup, screen: Screen): string[] {
  return suggestions.flatMap(({ apply, text, basis, isRisk }) => {
    const [mark, meaning] = isRisk ? (['!', 'warning'] as const) : (['→', 'good'] as const);
    const words = `${text}, ${basis}`;
    const [first = '', ...rest] = wrapHanging(apply === undefined ? words : `${apply}  ${words}`, screen.width, '    ');
    const painted =
      apply !== undefined && first.startsWith(apply)
        ? paint(apply, meaning, screen.color) + first.slice(apply.length)
        : first;
    return [`  ${mark} ${painted}`, ...rest];
  });
}

function tableOf(groups: readonly EfficiencyGroup[], screen: Screen): string {
  const names = ['group', 'runs', 'gpu', 'gpu_memory', 'cpu', 'memory', 'time', 'gpu_hours_wasted'];
  const columns = names.map((name, i) => ({ name, priority: i === 3 ? -1 : 0 }));
  const rows = groups.map((group) => [
    nameOf(group),
    group.runs.length,
    ...[group.gpu, group.gpuMemory, group.cpu, group.memory, group.time].map(percent),
    group.gpuHoursWasted === undefined ? undefined : decimal(group.gpuHoursWasted),
  ]);
  const advice = groups
    .filter(({ suggestions }) => suggestions.length > 0)
    .map((group) => [`${nameOf(group)}:`, ...suggestionLines(group, screen), ''].join('\n'));
  return [formatTable(columns, rows, screen), ...advice].join('\n');
}
