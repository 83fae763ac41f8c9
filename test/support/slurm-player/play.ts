/**
 * A fake: this is not Slurm. It stands for `sinfo`, `squeue`, `sacct`, `sacctmgr`, `scontrol`, `sbatch`, `scancel`, `srun` and
 * `id`, answers as a recorded cluster did, and logs what it was asked.
 *
 *     node play.ts FOLDER PROGRAM [WORDS…]      FOLDER has play.json: {"site": NAME} or {"recording": FILE}
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { PlayedJobs } from './played-jobs.ts';
import { answerOfRecording, type Recording } from './play-recording.ts';
import { answerOfSite, type Call } from './play-site.ts';
import type { Said, Site } from './site.ts';

interface Play {
  readonly site?: string;
  readonly recording?: string;
  readonly offsetMs: number;
}

const [folder = '', program = '', ...words] = process.argv.slice(2);
const reads = program === 'sbatch' || (program === 'scontrol' && words.every((word) => word.startsWith('-')));
const input = reads ? readFileSync(0, 'utf8') : '';
appendFileSync(join(folder, 'calls.jsonl'), `${JSON.stringify([program, ...words])}\n`);
const { stdout = '', stderr = '', code = 0 } = await answer();
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;

async function answer(): Promise<Said> {
  const broken = join(folder, `${program}.broken`);
  if (existsSync(broken)) return { stderr: readFileSync(broken, 'utf8'), code: 1 };
  const { site, recording, offsetMs } = JSON.parse(readFileSync(join(folder, 'play.json'), 'utf8')) as Play;
  const jobs = new PlayedJobs(join(folder, 'jobs.json'));
  const call: Call = { program, words, input, atS: Math.floor((Date.now() + offsetMs) / 1000) };
  if (program === 'sbatch' && !words.includes('--test-only')) writeFileSync(join(folder, 'last.sbatch'), input);
  if (recording !== undefined)
    return answerOfRecording(JSON.parse(readFileSync(recording, 'utf8')) as Recording, jobs, call);
  const { SITE } = (await import(`./sites/${site}.ts`)) as { SITE: Site };
  return withOwnName(answerOfSite(SITE, jobs, call));
}

/** Sites are written down with `user1(1001)` for the one who asks. */
function withOwnName(said: Said): Said {
  const { username, uid } = userInfo();
  return { ...said, stdout: (said.stdout ?? '').replaceAll('user1(1001)', `${username}(${uid})`) };
}
