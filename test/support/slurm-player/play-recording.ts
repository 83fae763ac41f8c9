/** Answers out of a file that `sheaf doctor --record` wrote. */
import { userInfo } from 'node:os';
import type { PlayedJobs } from './played-jobs.ts';
import { answerOfSite, type Call } from './play-site.ts';
import type { Said } from './site.ts';

interface Question {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly input?: string;
  readonly exit_code?: number;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

export interface Recording {
  readonly schema: string;
  readonly recorded_at: string;
  readonly user: string;
  readonly uid: number;
  readonly questions: readonly Question[];
}

/** What depends on the moment in a question. */
const MOMENT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\b/g;

/**
 * The answer to the same call; otherwise to the call of the same program and kind with most words in common. Jobs
 * cannot be recorded before they exist: those that are submitted during a replay are simulated.
 */
export function answerOfRecording(recording: Recording, jobs: PlayedJobs, call: Call): Said {
  const { program, words, input } = call;
  const isSubmission = program === 'sbatch' && !words.includes('--test-only');
  if (isSubmission || program === 'scancel') return answerOfSite(NO_SITE, jobs, call);
  const own = toOwnName(recording);
  const asked = [...words, input].map((word) => word.replace(MOMENT, 'T'));
  const candidates = recording.questions
    .filter((question) => question.program === program && kindOf(question.arguments) === kindOf(words))
    .map((question) => {
      const known = [...question.arguments, question.input ?? ''].map((word) => own(word).replace(MOMENT, 'T'));
      return { question, common: asked.filter((word) => known.includes(word)).length / known.length };
    })
    .toSorted((a, b) => b.common - a.common);
  const best = candidates[0]?.question;
  if (best === undefined) return { stderr: `${program}: nothing was recorded of this question\n`, code: 1 };
  const played = program === 'squeue' && words.includes('--me') ? (answerOfSite(NO_SITE, jobs, call).stdout ?? '') : '';
  return {
    stdout: `${played}${own(best.stdout.join('\n'))}`,
    stderr: own(best.stderr.join('\n')),
    code: best.exit_code ?? 1,
  };
}

const NO_SITE = { about: '', cluster: '', atMs: 0, config: '', partitions: '', nodes: '', associations: [], qos: [] };

/** What a question is about; one about other things answers nothing. */
function kindOf(words: readonly string[]): string {
  const verbs = words.filter((word) => /^[a-z_]+$/.test(word)).join(' ');
  const chosen = ['--me', '-a', '-O', '-X', '--test-only'].filter((word) => words.includes(word)).join(' ');
  return `${verbs} ${chosen} ${words.find((word) => word.startsWith('--partition=')) ?? ''}`;
}

/** The one who recorded is the one who plays. */
function toOwnName({ user, uid }: Recording): (text: string) => string {
  const { username, uid: ownUid } = userInfo();
  return (text) => text.replaceAll(`${user}(${uid})`, `${username}(${ownUid})`).replace(wholeWord(user), username);
}

function wholeWord(word: string): RegExp {
  return new RegExp(`(?<![\\w.-])${word}(?![\\w.-])`, 'g');
}
