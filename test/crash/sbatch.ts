import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  examine,
  makeProject,
  must,
  ranWrongly,
  runRounds,
  sheaf,
  traces,
  type Ended,
  type Folder,
  type Site,
} from './campaign.ts';

/** An `sbatch` that answers strangely. */
export interface Variant {
  readonly name: string;
  /** Bash: `real` runs the real program with the same words and input; `$id` is then what it printed. */
  readonly script: string;
  /** It does so each time, not at the first call alone. */
  readonly always?: true;
  /** The first submit is killed after this time. */
  readonly killAfterMs?: number;
  /** What the first submit tells: its outcome, and words that are in its output. */
  readonly tells?: { readonly outcome: readonly string[]; readonly words?: RegExp };
  /** The job goes on for a while. */
  readonly long?: true;
  /** The number of the attempt that runs; any one unless given. */
  readonly attempt?: number;
}

const TIMED_OUT = 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation';
const ODD = 'sbatch: error: the filter of this site has lost its mind';
/** Until a job has made a claim in the project, where `sbatch` is called. */
const UNTIL_CLAIMED = 'for i in {1..200}; do [[ -n $(ls .sheaf/claims/runs 2>/dev/null) ]] && break; sleep 0.1; done';

const TAKEN: Variant['tells'] = { outcome: ['accepted'], words: /it was taken, although the answer was/ };
const WELL: Variant['tells'] = { outcome: ['accepted'] };

export const VARIANTS: readonly Variant[] = [
  { name: 'takes the job and times out', script: `real; echo '${TIMED_OUT}' >&2; exit 1`, tells: TAKEN, attempt: 1 },
  {
    name: 'takes the job, which starts, and prints an unknown error',
    script: `real; ${UNTIL_CLAIMED}; echo '${ODD}' >&2; exit 1`,
    tells: { outcome: ['doubtful'], words: /not known whether/ },
  },
  {
    name: 'takes the job, which starts later, and prints an unknown error',
    script: `real --begin=now+4; echo '${ODD}' >&2; exit 1`,
    tells: { outcome: ['refused'], words: /has lost its mind/ },
    attempt: 2,
  },
  {
    name: 'takes the job and prints words that are no error',
    script: `real; echo 'the site is under repair' >&2; exit 1`,
    tells: TAKEN,
    attempt: 1,
  },
  { name: 'takes the job and prints nothing', script: 'real; exit 0', tells: TAKEN, attempt: 1 },
  { name: 'is killed after it took the job', script: 'real; echo done >>"$log"; kill -9 $$', tells: TAKEN, attempt: 1 },
  { name: 'prints the id and fails', script: 'real; echo "$id"; exit 1', tells: TAKEN, attempt: 1 },
  {
    name: 'is slow, and sheaf is killed before it answers',
    script: 'sleep 4; real; echo "$id"',
    killAfterMs: 1_500,
    attempt: 1,
  },
  {
    name: 'is slower than anyone waits, and sheaf is killed before it answers',
    script: 'sleep 14; real; echo "$id"',
    killAfterMs: 1_500,
    attempt: 2,
  },
  {
    name: 'tries again by itself, so that there are two jobs',
    script: 'real --begin=now+3; real; echo "$id"',
    tells: WELL,
    attempt: 1,
  },
  {
    name: 'tries again by itself while the first of two jobs runs',
    script: `real; ${UNTIL_CLAIMED}; real; echo "$id"`,
    long: true,
    tells: WELL,
    attempt: 1,
  },
  {
    name: 'tries again by itself and times out, so that there are two jobs',
    script: `real; real --begin=now+3; echo '${TIMED_OUT}' >&2; exit 1`,
    tells: TAKEN,
    attempt: 1,
  },
  {
    name: 'prints more than the id',
    script:
      'echo "12 jobs of yours wait"; real; echo "$id"; echo "see https://site.example/jobs/99"; echo " 7 GPUs are free"',
    always: true,
    tells: WELL,
    attempt: 1,
  },
  {
    name: 'does not know --parsable',
    script: 'real; echo "Submitted batch job ${id%%;*} on cluster here"',
    always: true,
    tells: WELL,
    attempt: 1,
  },
];

/** What `sbatch` says when it takes nothing, its status, and how that is judged. */
export const REFUSALS: readonly (readonly [words: string, status: number, outcome: string, told: RegExp])[] = [
  [
    'Batch job submission failed: Invalid account or account/partition combination specified',
    1,
    'refused',
    /sheaf info lists your accounts/,
  ],
  [
    'invalid partition specified: x\nsbatch: error: Batch job submission failed: Invalid partition name specified',
    1,
    'refused',
    /lists the partitions/,
  ],
  ['Batch job submission failed: Invalid qos specification', 1, 'refused', /lists your QOS/],
  [
    'Batch job submission failed: Requested node configuration is not available',
    1,
    'refused',
    /no node of that partition/,
  ],
  ['Invalid generic resource (gres) specification', 1, 'refused', /no such GRES/],
  ['Batch job submission failed: Invalid feature specification', 1, 'refused', /constraint/],
  [
    'Batch job submission failed: Requested time limit is invalid (missing or exceeds some limit)',
    1,
    'refused',
    /time_limit/,
  ],
  ['Batch job submission failed: Invalid job array specification', 1, 'refused', /fewer tasks in an array/],
  ['Batch job submission failed: Job dependency problem', 1, 'refused', /gone from the queue/],
  [
    "QOSMaxGRESPerUser\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
    1,
    'refused',
    /larger than its account or QOS permits/,
  ],
  ['lua: Requesting memory by node is not supported', 1, 'refused', /--set mem/],
  ['Invalid --time specification', 255, 'refused', /cannot read that value/],
  ["unrecognized option '--sheaf'", 255, 'refused', /does not know that option/],
  [
    'Batch job submission failed: Unable to contact slurm controller (connect failure)',
    1,
    'refused',
    /cannot be reached/,
  ],
  ['Batch job submission failed: Protocol authentication error', 1, 'refused', /cannot be reached/],
  ['Batch job submission failed: No partition is for the likes of you', 1, 'refused', /for the likes of you/],
  [
    'Batch job submission failed: Unable to contact slurm controller (send failure)',
    1,
    'doubtful',
    /not known whether/,
  ],
  ['Batch job submission failed: Zero Bytes were transmitted or received', 1, 'doubtful', /not known whether/],
  [
    "QOSMaxSubmitJobPerUserLimit\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
    1,
    'full',
    /QOSMaxSubmitJobPerUserLimit/,
  ],
  ['Batch job submission failed: Resource temporarily unavailable', 1, 'full', /the queue is full/],
];

interface Kind {
  readonly name: string;
  readonly make: readonly string[];
  readonly experiments: readonly string[];
  readonly stages?: readonly string[];
}

const NEW = ['new', '--exp-id', 'a', '--description', 'd', '--template'] as const;

const KINDS: readonly Kind[] = [
  { name: 'one job', make: [...NEW, 't'], experiments: ['a'] },
  {
    name: 'an array',
    make: ['sweep', '--template', 't', '--name', 's', '--grid', 'x=1,2,3', '--yes'],
    experiments: ['s_x1', 's_x2', 's_x3'],
  },
  { name: 'a chain', make: [...NEW, 'chain'], experiments: ['a'], stages: ['train', 'eval'] },
];

export interface Trial {
  readonly name: string;
  /** @returns what was not well */
  readonly run: (site: Site) => Promise<string[]>;
}

/** Every variant with a job of its own and with an array, and all refusals one after another. */
export const SBATCH_TRIALS: readonly Trial[] = [
  ...VARIANTS.flatMap((variant) =>
    KINDS.map((kind) => ({
      name: `an sbatch that ${variant.name}, ${kind.name}`,
      run: (site: Site) => tryVariant(variant, kind, site),
    })),
  ),
  { name: 'an sbatch that refuses', run: tryRefusals },
];

interface Bench {
  readonly folder: Folder;
  /** The folder of the program that replaces `sbatch`. */
  readonly bin: string;
}

async function withSbatch(site: Site, text: string, act: (bench: Bench) => Promise<string[]>): Promise<string[]> {
  const outer = mkdtempSync(join(tmpdir(), 'sheaf-sbatch-'));
  const bin = join(outer, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'sbatch'), text.replaceAll('@BIN@', bin).replaceAll('@REAL@', realSbatch()));
  chmodSync(join(bin, 'sbatch'), 0o755);
  const path = `${bin}:${site.env['PATH'] ?? ''}`;
  const folder = makeProject(join(outer, 'project'), { ...site, env: { ...site.env, PATH: path } });
  let wrong = ['it did not come to its end'];
  try {
    wrong = await act({ folder, bin });
  } catch (error) {
    wrong = [error instanceof Error ? error.message : String(error)];
  } finally {
    if (wrong.length === 0) rmSync(outer, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  return wrong;
}

function realSbatch(): string {
  const { stdout } = spawnSync('sh', ['-c', 'command -v sbatch'], { encoding: 'utf8' });
  return stdout.trim();
}

/** Each call says when it begins and when the real program is done with it. */
function wrapper({ script, always }: Variant): string {
  return `#!/bin/bash
log=@BIN@/calls
${always ? '' : '[[ ! -e $log ]] || exec @REAL@ "$@"'}
echo begun >>"$log"
trap 'echo done >>"$log"' EXIT
text=$(cat)
words=("$@")
real() {
  id=$(printf '%s' "$text" | @REAL@ "$@" "\${words[@]}")
  [[ -n $id ]] && echo taken >>"$log"
}
${script}
`;
}

async function tryVariant(variant: Variant, kind: Kind, site: Site): Promise<string[]> {
  const { make, experiments } = kind;
  return await withSbatch(site, wrapper(variant), async ({ folder, bin }) => {
    await must(
      folder,
      make.map((word) => (word === 't' && variant.long ? 'short' : word)),
    );
    const first = await sheaf(folder, ['submit', ...experiments, '--yes', '--json'], {}, variant.killAfterMs);
    const wrong = toldWrongly(first, variant);
    await must(folder, ['status']);
    await runRounds(folder, experiments);
    await untilDone(bin);
    if (!callsOf(bin).includes('taken')) wrong.push('the real sbatch took nothing');
    wrong.push(...(await endWrong(folder, kind, site)));
    const attempts = [
      ...new Set(traces(folder.root).flatMap(({ stage, attempt }) => (stage === 'train' ? [attempt] : []))),
    ];
    if (variant.attempt !== undefined && attempts.join() !== `train-${variant.attempt}`)
      wrong.push(`what ran is ${attempts.join()}, not train-${variant.attempt}`);
    return wrong;
  });
}

async function endWrong(folder: Folder, kind: Pick<Kind, 'experiments' | 'stages'>, site: Site): Promise<string[]> {
  const wrong = [ranWrongly(folder.root, kind), await site.examine(folder.root), await examine(folder)];
  return wrong.filter((each) => each !== undefined);
}

function callsOf(bin: string): string[] {
  const file = join(bin, 'calls');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
}

/** What a killed command left behind may still be about to submit. */
async function untilDone(bin: string): Promise<void> {
  const isDone = (): boolean => {
    const calls = callsOf(bin);
    return calls.filter((line) => line === 'begun').length === calls.filter((line) => line === 'done').length;
  };
  for (let i = 0; i < 600 && !isDone(); i += 1) await delay(100);
}

function toldWrongly(first: Ended, { killAfterMs, tells }: Variant): string[] {
  if (killAfterMs !== undefined) return first.signal === 'SIGKILL' ? [] : ['it ended before it was killed'];
  const outcome = outcomeOf(first);
  const wrong: string[] = [];
  if (tells !== undefined && !tells.outcome.includes(outcome))
    wrong.push(`it told ${outcome}: ${first.stdout}${first.stderr}`);
  if (tells?.words !== undefined && !tells.words.test(first.stdout + first.stderr))
    wrong.push(`its words are ${first.stdout}${first.stderr}`);
  return wrong;
}

function outcomeOf({ stdout }: Ended): string {
  const { data } = JSON.parse(stdout) as { data: { submissions: { outcome: string }[]; kept_back: unknown[] } | null };
  return data?.submissions[0]?.outcome ?? ((data?.kept_back.length ?? 0) > 0 ? 'full' : 'nothing');
}

/** Refused in each way that there is, one experiment then runs once. */
async function tryRefusals(site: Site): Promise<string[]> {
  const text = `#!/bin/bash
[[ -e @BIN@/said ]] || exec @REAL@ "$@"
cat >/dev/null
sed 's/^/sbatch: error: /; s/^sbatch: error: sbatch: error: /sbatch: error: /' @BIN@/said >&2
exit "$(cat @BIN@/status)"
`;
  return await withSbatch(site, text, async ({ folder, bin }) => {
    await must(folder, [...NEW, 't']);
    const wrong: string[] = [];
    for (const [words, status, expected, told] of REFUSALS) {
      writeFileSync(join(bin, 'said'), `${words}\n`);
      writeFileSync(join(bin, 'status'), `${status}`);
      const ended = await sheaf(folder, ['submit', 'a', '--json']);
      const outcome = outcomeOf(ended);
      const output = ended.stdout + ended.stderr;
      if (outcome !== expected || !told.test(output)) wrong.push(`after "${words}" it told ${outcome}: ${output}`);
    }
    rmSync(join(bin, 'said'));
    await must(folder, ['status']);
    await must(folder, ['wait', 'a']);
    return [...wrong, ...(await endWrong(folder, { experiments: ['a'] }, site))];
  });
}
