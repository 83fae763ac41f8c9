/**
 * Writes `docs/figures/tour.svg`, the moving picture of the README: a sweep of the example is started, watched and
 * tabulated, and its figure is drawn. All of it really runs, on the cluster that this machine belongs to.
 *
 *     npm run build && node scripts/generate-tour.ts [FILE]
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { drawAnimation } from './tour/animation.ts';
import { recordSession } from './tour/record.ts';

const COLUMNS = 92;
const ROWS = 22;
const COMMANDS = [
  'sheaf run softmax --grid learning_rate=0.01,0.1,1.0 --grid seed=1,2,3 --max-parallel 3',
  `sheaf export table.tex --sweep softmax-001 --group-by learning_rate \\
    --columns accuracy,train_loss && cat table.tex`,
  'sheaf plot best_val_acc --sweep softmax-001 --group-by learning_rate -o fig.svg',
];
const FIGURE_MS = 4500;

const root = resolve(import.meta.dirname, '..');
const output = resolve(process.argv[2] ?? join(root, 'docs/figures/tour.svg'));
const scratch = mkdtempSync(join(tmpdir(), 'sheaf-tour-'));
try {
  const cwd = join(scratch, 'digits');
  cpSync(join(root, 'examples/digits'), cwd, { recursive: true });
  for (const made of ['.sheaf', 'experiments', 'sheaf.yaml']) rmSync(join(cwd, made), { recursive: true, force: true });
  mkdirSync(join(scratch, 'local'));
  const env = {
    ...process.env,
    PATH: `${join(root, 'bin')}${delimiter}${process.env['PATH']}`,
    SHEAF_LOCAL_DIR: join(scratch, 'local'),
    // So that the picture shows the progress in small steps.
    SHEAF_POLL_SECONDS: '1',
  };
  await recordSession(['sheaf init -q'], { cwd, env, columns: COLUMNS, rows: ROWS });
  const frames = await recordSession(COMMANDS, { cwd, env, columns: COLUMNS, rows: ROWS });
  const svg = drawAnimation({
    frames,
    columns: COLUMNS,
    rows: ROWS,
    description: `A terminal session: ${COMMANDS.join('; ')}; then the figure`,
    figure: { svg: readFileSync(join(cwd, 'fig.svg'), 'utf8'), milliseconds: FIGURE_MS },
  });
  writeFileSync(output, svg);
  const seconds = frames.reduce((sum, { milliseconds }) => sum + milliseconds, FIGURE_MS) / 1000;
  process.stdout.write(
    `${output}: ${Math.round(svg.length / 1000)} kB, ${frames.length} frames, ${seconds.toFixed(0)} s\n`,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
