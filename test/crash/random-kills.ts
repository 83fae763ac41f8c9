import { mkdtempSync, rmSync } from 'node:fs';
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
  type Folder,
  type Site,
  type Verdict,
} from './campaign.ts';

export interface RandomKills {
  readonly kills: number;
  /** Number of projects, each with its own commands. */
  readonly projects: number;
  /** Number of commands at once in a project. */
  readonly actors: number;
  /** Hosts that share each project, played by the environment; one for each actor in turn. */
  readonly hosts: readonly string[];
  /** Gives numbers from 0 to 1. */
  readonly random: () => number;
  readonly say?: (text: string) => void;
}

/** A command that nobody kills ends before that. */
const LIMIT_MS = 180_000;
/** After this time, what another host began counts as over, or a command of that host has checked. */
const SETTLED_MS = 11_000;

/**
 * Commands that submit, poll, cancel and repeat are killed at random moments. At the end every experiment has
 * completed, once, and no job ran anything that another one had claimed.
 */
export async function randomKills(site: Site, options: RandomKills): Promise<Verdict> {
  const { projects, say = () => undefined } = options;
  const outer = mkdtempSync(join(tmpdir(), 'sheaf-kills-'));
  const count = { struck: 0 };
  const told = setInterval(() => say(`${count.struck} of ${options.kills} kills`), 10_000);
  try {
    const roots = Array.from({ length: projects }, (_, i) => join(outer, `project${i}`));
    const wrong = await Promise.all(roots.map((root) => oneProject(makeProject(root, site), site, options, count)));
    const failures = wrong.flat();
    if (failures.length === 0) rmSync(outer, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    return { crashes: count.struck, failures };
  } finally {
    clearInterval(told);
  }
}

async function oneProject(
  folder: Folder,
  site: Site,
  { kills, actors, hosts, random }: RandomKills,
  count: { struck: number },
): Promise<string[]> {
  const failures: string[] = [];
  const environments = hosts.map((host) => hostEnvironment(folder, host));
  const made = { sweeps: 0 };
  for (const expId of ['a', 'b', 'c'])
    await must(folder, ['new', '--exp-id', expId, '--template', expId === 'c' ? 'short' : 't', '--description', 'd']);
  const act = async (actor: number): Promise<void> => {
    const env = environments[actor % environments.length] ?? {};
    while (count.struck < kills) {
      const words = someCommand(random, made);
      const spared = random() < 0.2;
      const { status, signal, stderr } = await sheaf(folder, words, env, spared ? LIMIT_MS : 30 + 900 * random() ** 2);
      if (signal === 'SIGKILL') count.struck += 1;
      else if (/This is a bug/.test(stderr) || status === null)
        failures.push(`sheaf ${words.join(' ')} ended with ${status ?? signal}: ${stderr}`);
      await delay(300 * random() ** 2);
    }
  };
  await Promise.all(Array.from({ length: actors }, (_, i) => act(i)));
  await delay(SETTLED_MS);
  try {
    const listed = JSON.parse(await must(folder, ['list', '--json'])) as { data: { exp_id: string }[] };
    const experiments = listed.data.map(({ exp_id }) => exp_id);
    await runRounds(folder, experiments, environments);
    const wrong = [ranWrongly(folder.root, { experiments, cutOff: true }), await site.examine(folder.root)];
    for (const [i, host] of hosts.entries()) {
      const others = hosts.filter((each) => each !== host);
      wrong.push(await examine({ root: folder.root, env: { ...folder.env, ...environments[i] } }, others));
    }
    failures.push(...wrong.filter((each) => each !== undefined));
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error));
  }
  return failures.map((text) => `${folder.root}: ${text}`);
}

/** A host has a name, and a folder of its own. */
function hostEnvironment({ root }: Folder, host: string): NodeJS.ProcessEnv {
  return host === '' ? {} : { SHEAF_TEST_HOST: host, SHEAF_LOCAL_DIR: `${root}.${host}` };
}

const MOST_SWEEPS = 4;

function someCommand(random: () => number, made: { sweeps: number }): string[] {
  const one = ['a', 'b', 'c'][Math.floor(random() * 3)] ?? 'a';
  const open = ['--where', 'status in (created, failed, cancelled)', '--yes'];
  const choices: readonly (readonly string[])[] = [
    ['submit', one],
    ['submit', one],
    ['submit', ...open],
    ['status'],
    ['cancel', one, '--yes'],
    ['cancel', '--where', 'status in (queued, running)', '--yes'],
    ['retry', one],
    ['retry', '--where', 'status in (failed, cancelled)', '--yes'],
  ];
  if (made.sweeps < MOST_SWEEPS && random() < 0.1) {
    made.sweeps += 1;
    const template = made.sweeps % 2 === 0 ? 'short' : 't';
    return ['sweep', '--template', template, '--name', `s${made.sweeps}`, '--grid', 'x=1,2,3', '--submit', '--yes'];
  }
  return [...(choices[Math.floor(random() * choices.length)] ?? ['status'])];
}
