import { formatDuration } from '../units.ts';
import type { Line } from './log.ts';

/** How far a program had got, by the end of its log. */
export interface ProgramProgress {
  /** `epoch 7 of 90, 97 % of it` */
  readonly words: string;
  /** What it would have taken to the end of the bar, seconds, by its own estimate. */
  readonly leftSeconds?: number;
  readonly line: Line;
}

const EPOCH = /\bepochs?["'\]]?\s*[:=\s[(#]*(\d+(?:\.\d+)?)(?:\s*(?:\/|of)\s*(\d+))?/i;
const STEP = /\b(?:global_)?(?:steps?|iter(?:ation)?s?)["'\]]?\s*[:=\s[(#]*(\d+)(?:\s*(?:\/|of)\s*(\d+))?/i;
/** tqdm and its like: ` 97%|█████▋| 970/1000 [12:01<00:22,  1.3it/s]`. */
const BAR = /(\d{1,3})%\|[^|]*\|\s*(\d+)\/(\d+)\s*\[[\d:]+<((?:\d+:)*\d+)?/;
/** The number of lines at the end that are read. */
const LOOK_BACK = 200;

/** The last progress bar, otherwise the last epoch, otherwise the last step; undefined when the log has none. */
export function findLastProgress(logs: readonly (readonly Line[])[]): ProgramProgress | undefined {
  const lines = logs.flatMap((log) => log.slice(-LOOK_BACK));
  const find = (pattern: RegExp): { line: Line; match: RegExpExecArray } | undefined => {
    const line = lines.findLast(({ text }) => pattern.test(text));
    const match = line && pattern.exec(line.text);
    return line && match ? { line, match } : undefined;
  };
  const [bar, epoch, step] = [find(BAR), find(EPOCH), find(STEP)];
  const last = bar ?? epoch ?? step;
  if (last === undefined) return undefined;
  const words = [
    epoch && counted('epoch', epoch.match),
    bar ? barWords(bar.match) : step && counted('step', step.match),
  ];
  const left = bar?.match[4];
  return {
    words: words.filter((part) => part !== undefined).join(', '),
    ...(left === undefined ? {} : { leftSeconds: secondsOf(left) }),
    line: last.line,
  };
}

function counted(what: string, [, number = '', total]: RegExpExecArray): string {
  return `${what} ${number}${total === undefined ? '' : ` of ${total}`}`;
}

function barWords([, percent = '', done = '', total = '']: RegExpExecArray): string {
  return `at ${percent} % (${done} of ${total})`;
}

/** The seconds of `1:02:03`. */
function secondsOf(clock: string): number {
  return clock.split(':').reduce((sum, part) => 60 * sum + Number(part), 0);
}

export function describeTimeLeft({ leftSeconds }: ProgramProgress): string {
  return leftSeconds === undefined ? '' : `; the bar had ${formatDuration(leftSeconds)} left`;
}
