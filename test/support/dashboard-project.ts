import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { sheafArgv } from './sheaf-argv.ts';

/** A project with experiments that ran, for pages that show them. */
export interface DashboardProject {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs sheaf in it and gives what it printed. @throws Error when it fails otherwise than asked for */
  readonly sheaf: (words: readonly string[], expected?: number) => string;
  /** Runs a line in a shell that finds sheaf, and gives what it printed. */
  readonly shell: (line: string) => string;
  /** Ends its jobs and removes it. */
  remove(): void;
}

/** A served dashboard. */
export interface ServedDashboard {
  readonly url: string;
  /** The one-time link. */
  readonly link: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Learns a line: writes a metric for each step, a checkpoint now and then, and fails or waits if told. */
const TRAIN = `
import argparse, json, math, os, sys, time
parser = argparse.ArgumentParser()
parser.add_argument('--lr', type=float)
parser.add_argument('--seed', type=int)
parser.add_argument('--steps', type=int)
parser.add_argument('--end', default='well')
args = parser.parse_known_args()[0]
out = os.environ['SHEAF_OUT']
os.makedirs(out + '/ck', exist_ok=True)
with open(out + '/metrics.jsonl', 'w', buffering=1) as file:
    for step in range(1, args.steps + 1):
        loss = math.exp(-args.lr * step) + 0.01 * math.sin(step + args.seed)
        file.write(json.dumps({'step': step, 'loss': loss, 'acc': 1 - loss, 'time': time.time()}) + chr(10))
        print(f'step {step} loss {loss:.4f}', flush=True)
        if step % 10 == 0:
            with open(f'{out}/ck/step_{step}.pt', 'wb') as checkpoint:
                checkpoint.write(b'x' * 1000)
        if args.end == 'badly' and step == 7:
            raise RuntimeError('CUDA out of memory. Tried to allocate 20.00 GiB')
while args.end == 'never':
    time.sleep(0.2)
`;

const TEMPLATE = `
description: A line that is learned
lr: 0.1
seed: 0
steps: 30
end: well
code: live
command: python3 train.py {{ flags }}
checkpoint: { path: 'ck/step_{step}.pt', pick: newest }
harvest:
  acc: { jsonl: metrics.jsonl, mode: max }
  best_acc: { jsonl: metrics.jsonl, key: acc, pick: max, mode: max }
  loss: { jsonl: metrics.jsonl, mode: min }
schema:
  seed: { type: int, role: seed }
  end: { choices: [well, badly, never] }
`;

/** The files of a project, contents by path. */
export interface ProjectFiles {
  readonly [path: string]: string;
}

const LINE_FILES: ProjectFiles = {
  'sheaf.yaml': 'scheduler: local\n',
  'train.py': TRAIN,
  'templates/line.yaml': TEMPLATE,
};

/** Which project a dashboard is to show. */
export interface DashboardProjectSettings {
  /** Default: the template `line`, and no experiment. */
  readonly files?: ProjectFiles;
  /** The name of its folder. */
  readonly name?: string;
  /** A folder for the project and what belongs to it; what is there is kept. Default: a new one. */
  readonly outer?: string;
}

/** Makes a project in which nothing has run. */
export function makeDashboardProject({
  files = LINE_FILES,
  name = 'lines',
  outer = realpathSync(mkdtempSync(join(tmpdir(), 'sheaf-web-'))),
}: DashboardProjectSettings = {}): DashboardProject {
  const path = join(outer, name);
  for (const folder of ['home', 'local', 'bin']) mkdirSync(join(outer, folder), { recursive: true });
  for (const [file, content] of existsSync(path) ? [] : Object.entries(files)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), content);
  }
  const starter = sheafArgv().map((word) => `'${word}'`);
  writeFileSync(join(outer, 'bin/sheaf'), `#!/bin/sh\nexec ${starter.join(' ')} "$@"\n`, { mode: 0o755 });
  const env = {
    ...process.env,
    PATH: `${join(outer, 'bin')}:${process.env['PATH'] ?? ''}`,
    HOME: join(outer, 'home'),
    SHEAF_LOCAL_DIR: join(outer, 'local'),
    XDG_RUNTIME_DIR: join(outer, 'local'),
    SHEAF_TEST_NO_SLURM: '1',
    SHEAF_TEST_TOLD_NOT_KEPT: '1',
    LANG: 'C.UTF-8',
  };
  const run = (words: readonly string[]): { status: number | null; stdout: string; stderr: string } => {
    const [program, ...before] = sheafArgv();
    return spawnSync(program, [...before, ...words], { cwd: path, env, encoding: 'utf8' });
  };
  return {
    path,
    env,
    sheaf: (words, expected = 0) => {
      const { status, stdout, stderr } = run(words);
      if (status !== expected) throw new Error(`sheaf ${words.join(' ')} ended with ${status}\n${stdout}${stderr}`);
      return stdout;
    },
    shell: (line) => execFileSync('bash', ['-c', line], { cwd: path, env, encoding: 'utf8' }),
    remove: () => {
      run(['cancel', '--where', 'status in (queued, running)', '--yes']);
      rmSync(dirname(path), { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Fills it: a sweep that completed, a run that failed, one that runs, one that was never submitted. */
export function fillDashboardProject({ sheaf }: DashboardProject): void {
  sheaf(['run', 'line', 'lrs', '--grid', 'lr=0.05,0.2', '--grid', 'seed=0,1', '--id', 'lr{lr}_s{seed}']);
  sheaf(['run', 'line', 'broken', '--end', 'badly'], 1);
  sheaf(['run', 'line', 'endless', '--end', 'never', '--detach']);
  sheaf(['new', 'line', 'unsubmitted', '--lr', '1e-3']);
  sheaf(['note', 'broken', 'too large for this card']);
  sheaf(['tag', 'lr0.2_s0', '--add', 'baseline']);
}

/** Serves its dashboard until it is stopped. */
export async function serveDashboard(
  { path, env }: Pick<DashboardProject, 'path' | 'env'>,
  words: readonly string[] = [],
): Promise<ServedDashboard> {
  const [program, ...before] = sheafArgv();
  const child = spawn(program, [...before, 'serve', '--json', ...words], {
    cwd: path,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', reject);
    void ended.then(() => reject(new Error(`sheaf serve ended before it served\n${errors}`)));
  });
  const { data } = JSON.parse(line) as { data: { url: string; link: string } };
  return {
    url: data.url,
    link: data.link,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
