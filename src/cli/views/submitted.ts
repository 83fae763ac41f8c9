import { describeEffect, type Submission, type Submitted } from '../../app/index.ts';
import type { Problem } from '../../core/errors.ts';
import { formatAdvised } from '../../core/experiment/advised.ts';
import { submittedJson } from '../../json/index.ts';
import { NONE_FITS, skippedLines } from './acted.ts';
import { type Answer, exitCodeOf } from '../shell/answer.ts';
import { describeOutdated, retryWords } from './outdated-words.ts';
import { count, some } from '../shell/words.ts';

/** The outcome of `submit` and `retry`. */
export function submittedAnswer(submitted: Submitted): Answer {
  const { submissions, nothingToDo, deferred, older = [], rounds = [], warnings } = submitted;
  const problems = submissions.flatMap(problemOf);
  return {
    data: submittedJson(submitted),
    text: () =>
      [...submissions.flatMap(acceptedLines), ...deferredLines(deferred), ...skippedLines(nothingToDo)].join('') ||
      (submissions.length === 0 ? NONE_FITS : ''),
    problems,
    done: rounds.map(describeEffect),
    warnings: [...warnings, ...olderWords(older)],
    next: nextAfter(submissions),
    exitCode: exitCodeOf(problems.length, submissions.length),
  };
}

/** Experiments grouped by what changed. */
function olderWords(older: NonNullable<Submitted['older']>): string[] {
  return [...Map.groupBy(older, ({ outdated }) => describeOutdated(outdated))].map(([words, members]) => {
    const names = some(members.map(({ expId }) => expId));
    const [first] = members;
    const runs = first === undefined ? '' : `; this retry runs ${retryWords(first.outdated)}`;
    return `${names}: ${words}${runs} (sheaf retry --fresh rereads both code and template)`;
  });
}

/** Experiments grouped by reason. */
function deferredLines(deferred: Submitted['deferred']): string[] {
  return [...Map.groupBy(deferred, ({ why }) => why)].map(([why, members]) => {
    const names = some(members.map(({ expId }) => expId));
    return (
      `Deferred ${count(members.length, 'experiment')}: ${why}\n  ${names}\n` +
      '  the next sheaf status or submit submits as many as fit; sheaf wait submits all of them over time\n'
    );
  });
}

function problemOf({ outcome }: Submission): Problem[] {
  return outcome.kind === 'accepted' ? [] : [outcome.problem];
}

function acceptedLines({ stage, members, outcome, advised }: Submission): string[] {
  if (outcome.kind !== 'accepted') return [];
  const [first] = members;
  const who =
    members.length === 1 && first !== undefined
      ? `${first.expId} · ${stage} · ${attemptWords(first.attempt)} → job ${outcome.job}`
      : `${count(members.length, 'experiment')} · ${stage} → job ${outcome.job}\n  ${some(members.map(({ expId }) => expId))}`;
  const chosen = advised === undefined ? [] : [`  the advisor chose ${formatAdvised(advised)}\n`];
  return [`Submitted ${who}\n`, ...chosen, ...outcome.notes.map((note) => `  ${note}\n`)];
}

/** `train-2` → `attempt 2`. */
function attemptWords(attempt: string): string {
  return `attempt ${attempt.slice(attempt.lastIndexOf('-') + 1)}`;
}

function nextAfter(submissions: readonly Submission[]): string[] {
  const accepted = submissions.filter(({ outcome }) => outcome.kind === 'accepted');
  const [only, ...others] = [...new Set(accepted.flatMap(({ members }) => members.map(({ expId }) => expId)))];
  if (only === undefined) return [];
  return others.length === 0 ? [`sheaf logs ${only} -f`, `sheaf wait ${only}`] : ['sheaf status --watch'];
}
