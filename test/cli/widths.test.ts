import { expect, test } from 'vitest';
import { textWidth } from '../../src/report/text-width.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

/** The narrowest has the most to fit, so that it gets all screens. */
const NARROW = 40;
const WIDER = [60, 80, 100, 140];

const LONG_ID = `${'resnet50_imagenet_'.repeat(3)}lr0.001_s7_xyz`;

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  'templates/t.yaml': `description: 学習率を変えて精度を測る実験 🚀 with a description that is longer than every terminal is wide, on and on and on
learning_rate: 0.1
モデル: 畳み込みニューラルネットワーク🚀👩‍🔬
note: an ordinary text that is quite a bit longer than a narrow terminal could ever show in one line of forty columns
command: |
  echo "loss: 2"; echo "loss: 1"; echo "accuracy: {{ learning_rate }}"
  if [ "{{ seed }}" = 2 ]; then
    echo 'RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 79.15 GiB total capacity)' >&2; exit 1
  fi
harvest:
  accuracy: {log: 'accuracy: (\\S+)', mode: max}
  loss: {log: 'loss: (\\S+)', series: true}
  精度: {log: 'accuracy: (\\S+)'}
  absent: {log: 'nothing (\\S+)', required: false}
`,
};

/** Screens that use the width. */
const TABLES = ['list', 'status --sweep s', `show ${LONG_ID}`, `compare s_lr0.1_s1 s_lr0.01_s2 ${LONG_ID}`];
const SCREENS = [
  ...TABLES,
  'list --columns all',
  'status',
  'compare --sweep s --group-by learning_rate',
  'show s_lr0.1_s1 --origin',
  'sweep show s',
  `advise ${LONG_ID}`,
  'wait --sweep s',
  'plot loss --sweep s',
  'plot nothing --sweep s',
];

/** A project with a sweep and an experiment with a long name, of which some completed and some failed. */
async function longProject(): Promise<TestFolder> {
  const folder = testFolder(FILES);
  await folder.sheaf(['new', '--exp-id', LONG_ID, '--template', 't', '--seed', '2']);
  const axes = ['--grid', 'learning_rate=0.1,0.01', '--grid', 'seed=1,2'];
  await folder.sheaf(['sweep', '--template', 't', '--name', 's', ...axes, '--submit']);
  await folder.sheaf(['submit', LONG_ID]);
  await folder.sheaf(['wait', '--where', 'status != created']);
  return folder;
}

interface Run {
  readonly width: number;
  readonly command: string;
}

function runsOf(commands: readonly string[], ...widths: readonly number[]): Run[] {
  return widths.flatMap((width) => commands.map((command) => ({ width, command })));
}

/** What each command prints in a terminal of each width: all in one terminal. */
async function printed(
  folder: TestFolder,
  runs: readonly Run[],
  env: Readonly<Record<string, string>> = {},
): Promise<(Run & { readonly text: string })[]> {
  const lines = runs.map(({ width, command }) => `stty cols ${width} rows 24; sheaf ${command}; echo '@@@'`);
  const { stdout } = await folder.run(['script', '-qec', lines.join('\n'), '/dev/null'], { env });
  const texts = stdout.replaceAll('\r\n', '\n').split('@@@\n');
  return runs.map((run, i) => ({ ...run, text: texts[i] ?? '' }));
}

const COLORS = /\u001b\[[\d;]*m/g;

/** Lines that are too wide; what one copies, a command, a path or a name, stays whole. */
function tooWide(text: string, width: number): string[] {
  const lines = text
    .replace(COLORS, '')
    .replace(/[^\n]*\r/g, '')
    .split('\n');
  const isCopied = (line: string): boolean => !/ /.test(line.trim().replace(/^\S+ {2,}/, ''));
  return lines.filter((line) => textWidth(line) > width && !isCopied(line) && !/sheaf [a-z]/.test(line));
}

/** Bold, dim, red, green, yellow, blue and cyan, and their ends. */
const LOOKS = ['1', '22', '2', '31', '32', '33', '34', '36', '39'].map((code) => `\u001b[${code}m`);

test('every screen fits its terminal, with names of 68 characters, Japanese and emoji, with colours and without', async () => {
  const folder = await longProject();
  const screens = await printed(folder, [...runsOf(SCREENS, NARROW), ...runsOf(TABLES, ...WIDER)]);
  for (const { width, command, text } of screens) {
    expect({ width, command, wide: tooWide(text, width) }).toEqual({ width, command, wide: [] });
    expect(text).toMatch(/\S/);
    // No character is cut in its middle.
    expect(text).not.toMatch(/\u200d(?:\n|…)|\ufffd/u);
  }
  // White and black, which vanish on light or dark ground, are not among the colours.
  const colors = new Set(screens.flatMap(({ text }) => text.match(COLORS) ?? []));
  expect([...colors].filter((color) => !LOOKS.includes(color))).toEqual([]);
  const plain = await printed(folder, runsOf(SCREENS, NARROW), { LANG: 'C', TERM: 'dumb', NO_COLOR: '1' });
  for (const { command, text } of plain) {
    expect({ command, wide: tooWide(text, NARROW) }).toEqual({ command, wide: [] });
    expect(text).not.toMatch(/[\u001b…→·±━✓✗│]/);
  }
}, 240_000);
