import { formatAdvised } from '../../core/experiment/advised.ts';
import { formatStart } from '../../core/experiment/checkpoint-file.ts';
import type { Fact } from '../../core/experiment/facts.ts';
import type { SheafEvent } from '../../core/experiment/event.ts';
import { attemptName } from '../../core/experiment/record.ts';
import { isLoss } from '../../core/experiment/search.ts';
import { formatCount, formatList } from '../../core/text/phrases.ts';

/** Describes an event: `train-1 ended with exit code 0`. */
export function describeEvent(event: SheafEvent): string {
  switch (event.type) {
    case 'created':
      return `created as ${event.exp} from template ${event.config.template}${event.start === undefined ? '' : `, to start from ${formatStart(event.start)}`}`;
    case 'renamed':
      return `renamed to ${event.exp}`;
    case 'removed':
      return 'removed';
    case 'tagged':
      return `tags ${[...event.add.map((tag) => `+${tag}`), ...event.remove.map((tag) => `-${tag}`)].join(' ')}`;
    case 'noted':
      return `note: ${event.text}`;
    case 'archived':
      return event.archived ? 'archived' : 'unarchived';
    case 'swept':
      return `sweep ${event.sweep}: ${formatCount(event.count, 'experiment')}`;
    case 'throttled':
      return `sweep ${event.sweep}: ${event.maxParallel === null ? 'as many' : `at most ${event.maxParallel}`} at once`;
    case 'searched':
      return `sweep ${event.sweep}: ${event.search === null ? 'goes on by itself no more' : `goes on by itself, by ${event.search.metric}`}`;
    case 'decided':
      return `sweep ${event.sweep}, round ${event.round}: ${formatRound(event)}`;
    case 'submitting':
      return `${formatList(event.members.map(attemptName))} submitted to ${event.scheduler} as ${event.token}${event.fresh ? ', fresh' : ''}`;
    case 'advised':
      return `the advisor chose ${formatAdvised(event.advised)} for ${formatList(event.attempts.map(attemptName))}`;
    case 'submitted':
      return `accepted as job ${event.job.id}`;
    case 'state':
      return `${formatList(event.attempts.map(attemptName))} ${factWords(event.fact)}`;
    case 'fingerprinted':
      return `${formatList(event.attempts.map(attemptName))} ${event.attempts.length === 1 ? 'reads' : 'read'} ${formatList(Object.keys(event.inputs))}`;
    case 'pinned':
      return event.pin === null ? `unpinned ${event.name}` : `pinned ${event.pin.path} as ${event.name}`;
    case 'pruned':
      return `deleted ${formatCount(event.files.length, 'checkpoint')}`;
    case 'harvested': {
      const { metrics, missing } = event.harvest;
      return `harvested ${formatCount(Object.keys(metrics).length, 'metric')}, ${Object.keys(missing).length} missing`;
    }
  }
}

function formatRound({ stopping, proposed }: Extract<SheafEvent, { type: 'decided' }>): string {
  const lost = (stopping?.decisions ?? []).filter(isLoss).length;
  return `${formatCount(lost, 'member')} stopped, ${formatCount(proposed.length, 'member')} proposed`;
}

function factWords(fact: Fact): string {
  switch (fact.kind) {
    case 'started':
      return `started on ${fact.host} as job ${fact.job}`;
    case 'ended':
      if (fact.cause === 'stopped') return `stopped${fact.reason === undefined ? '' : `: ${fact.reason}`}`;
      return `ended with exit code ${fact.exitCode}${fact.signal === undefined ? '' : ` after signal ${fact.signal}`}`;
    case 'accounted':
      return `${fact.state} according to the scheduler${fact.said === undefined ? '' : `: ${fact.said}`}`;
    case 'queue':
      return `${fact.state} in the queue${fact.held ? ', held' : ''}`;
    case 'lost':
      return 'lost: not in squeue or sacct';
    case 'unseen':
      return 'not in the queue';
    case 'cancel':
      return `cancel requested by ${fact.by}`;
    case 'refused':
      return `refused: ${fact.said}`;
    case 'given_up':
      return `${fact.stopped ? 'stopped before it started' : 'given up'}: ${fact.why}`;
    case 'deferred':
      return `deferred: ${fact.why}`;
    case 'diagnosed':
      return `failed, according to its logs: ${fact.says}`;
  }
}
