import type { Proposing, Search, StopRule } from '../../core/experiment/search.ts';
import { inputError, throwProblems, type SheafError } from '../../core/errors.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import {
  findSearchMode,
  STOP_DEFAULTS,
  type Confirming,
  type ProcessorHours,
  type SearchRequest,
  type SearchSettings,
} from '../../core/settings/search-settings.ts';
import { withoutUndefined } from '../../core/value.ts';
import type { OpenTemplate } from '../experiments/open-template.ts';
import { getHours } from '../submit/price.ts';

/**
 * How a sweep goes on by itself: as asked, and otherwise as its template says.
 *
 * @param proposes whether its members are proposed rather than made at once
 * @returns undefined if nothing is to be stopped, proposed or repeated
 * @throws SheafError `search.*` for what is missing or wrong
 */
export function resolveSearch(
  template: OpenTemplate,
  asked: SearchRequest = {},
  proposes: boolean = false,
): Search | undefined {
  throwProblems(template.loaded.live.problems);
  return mergeSearch(template, asked, { proposes, written: template.loaded.live.value.search });
}

/**
 * How a sweep that exists goes on from now on.
 *
 * @param current how it went on until now
 * @returns undefined if it does not go on by itself any more
 * @throws SheafError `search.*` for what is missing or wrong
 */
export function changeSearch(
  template: OpenTemplate,
  current: Search | undefined,
  asked: SearchRequest,
): Search | undefined {
  const { propose } = current ?? {};
  if (propose === undefined && (asked.trials !== undefined || asked.by !== undefined || asked.lead !== undefined)) {
    throw inputError('search.draws', 'the sweep has all its members: none are proposed', {
      fix: 'add members with sheaf sweep extend, or make a new sweep with --search',
      now: 'nothing was changed',
    });
  }
  throwProblems(template.loaded.live.problems);
  const { search } = template.loaded.live.value;
  const inTemplate = search && { metric: search.metric, ...(asked.stop && search.stop && { stop: search.stop }) };
  return mergeSearch(template, asked, {
    proposes: propose !== undefined,
    written: current === undefined ? inTemplate : { ...current, ...propose },
  });
}

interface WrittenSearch {
  readonly proposes: boolean;
  /** What counts unless it is asked for otherwise. */
  readonly written: SearchSettings | undefined;
}

function mergeSearch(
  template: OpenTemplate,
  asked: SearchRequest,
  { proposes, written }: WrittenSearch,
): Search | undefined {
  const metric = asked.metric ?? written?.metric;
  const stop = resolveStop(asked.stop, written?.stop);
  const confirm = asked.confirm ?? written?.confirm;
  if (!proposes && stop === undefined && confirm === undefined) {
    refuseIdle(asked);
    return undefined;
  }
  if (metric === undefined) {
    throw inputError('search.metric', 'the metric that decides is missing', {
      fix: 'add --metric val_acc, or search: {metric: val_acc} to the template',
      now: NOTHING,
    });
  }
  const mode = findSearchMode(metric, template.loaded.live.value.harvest);
  if (typeof mode !== 'string') {
    const { message, ...advice } = mode;
    const shown = asked.metric === undefined ? message : message.replace(/^search\.metric /, '--metric ');
    throw inputError('search.metric', shown, { ...advice, now: NOTHING });
  }
  const idle = proposes ? undefined : asked.by !== undefined ? '--by' : asked.lead !== undefined ? '--lead' : undefined;
  if (idle !== undefined) {
    throw inputError('search.idle', `${idle} has no effect without --search`, {
      why: 'all members of the sweep are made at once, and none are proposed',
      fix: `leave ${idle} out, or propose members: --search 200 with --draw`,
      now: NOTHING,
    });
  }
  requireSeed(template, confirm);
  return withoutUndefined({
    metric,
    mode,
    propose: proposes ? resolveProposing(template, asked, { written, confirm }) : undefined,
    stop: stop && toRule(template, stop, mode),
    confirm,
  });
}

const NOTHING = 'nothing was changed';

/** Flags that only matter if something is stopped, proposed or repeated. */
function refuseIdle({ metric, by, lead }: SearchRequest): void {
  const idle =
    metric !== undefined ? '--metric' : by !== undefined ? '--by' : lead !== undefined ? '--lead' : undefined;
  if (idle === undefined) return;
  throw inputError('search.idle', `${idle} has no effect without --search or --stop`, {
    why: 'no member is stopped, proposed or repeated',
    fix: 'add --search 200 with --draw, or --stop asha',
    now: NOTHING,
  });
}

function resolveProposing(
  template: OpenTemplate,
  asked: SearchRequest,
  { written, confirm }: Pick<WrittenSearch, 'written'> & { readonly confirm: Confirming | undefined },
): Proposing {
  const most = asked.trials === undefined ? written?.at_most : undefined;
  const repeats = confirm === undefined ? 0 : confirm.top * (confirm.seeds - 1);
  const trials = asked.trials ?? written?.trials ?? (most && countTrials(template, most, repeats));
  if (trials === undefined) throw new Error('nothing says how many members are proposed');
  const lead = asked.lead ?? written?.lead;
  return withoutUndefined({ by: asked.by ?? written?.by ?? 'tpe', trials, lead: lead === 0 ? undefined : lead });
}

/** Whether the template says how many members of a sweep are proposed. */
export function proposesByItself({ loaded }: OpenTemplate): boolean {
  const { trials, at_most: most } = loaded.live.value.search ?? {};
  return trials !== undefined || most !== undefined;
}

/** As many trials as the hours suffice for, repetitions included, if each takes its time limit. */
function countTrials(template: OpenTemplate, most: ProcessorHours, repeats: number): number {
  const { resources } = template.loaded.settings.value;
  const { gpuHours = 0, cpuHours = 0 } = getHours(resources);
  const unit = gpuHours > 0 ? 'GPU' : 'CPU';
  const each = (gpuHours > 0 ? gpuHours : cpuHours) / (resources.pack?.size ?? 1);
  if (each === 0) {
    throw inputError('search.at_most', 'search.at_most needs a time limit', {
      why: 'without one, a trial may take any number of hours',
      fix: 'add time_limit to the template, or write search.trials instead',
      now: NOTHING,
    });
  }
  if (most.unit !== undefined && most.unit !== unit) {
    throw inputError('search.at_most', `search.at_most is in ${most.unit} hours, but a trial takes ${unit} hours`, {
      fix: `write at_most: ${most.hours} ${unit} hours`,
      now: NOTHING,
    });
  }
  const trials = Math.floor(most.hours / each) - repeats;
  if (trials >= 1) return trials;
  throw inputError('search.at_most', `${most.hours} ${unit} hours are too few for a single trial`, {
    why: `a trial takes up to ${each} ${unit} hours${repeats === 0 ? '' : `, and ${repeats} repetitions are to follow`}`,
    fix: 'raise search.at_most, or shorten time_limit',
    now: NOTHING,
  });
}

type AskedStop = NonNullable<SearchRequest['stop']>;

/** A request takes precedence over the template. */
function resolveStop(asked: AskedStop | undefined, written: AskedStop | undefined): AskedStop | undefined {
  if (asked === undefined && written === undefined) return undefined;
  const { rule = STOP_DEFAULTS.rule, ...rest } = { ...written, ...asked };
  return rule === 'none' ? undefined : { rule, ...rest };
}

function toRule(template: OpenTemplate, stop: AskedStop, mode: Mode): StopRule {
  const { from, to } = stop;
  if (from === undefined || to === undefined) throw missingSteps(stop);
  if (to <= from) {
    throw inputError('search.stop', `the last step, ${to}, is not above that of the first rung, ${from}`, {
      why: 'a trial is complete at the last step',
      fix: 'pass the number of steps that a whole run reports as --to-step',
      now: NOTHING,
    });
  }
  const { rule, eta, keep, resume } = { ...STOP_DEFAULTS, ...stop };
  if (resume && template.loaded.settings.value.checkpoint === undefined) {
    throw inputError(
      'search.resume',
      'pausing members needs checkpoints, and the template does not say where they are',
      {
        why: 'a paused member goes on from its newest checkpoint',
        fix: 'add checkpoint: {files: …} to the template, or stop them: --pause false',
        now: NOTHING,
      },
    );
  }
  return { rule, from, to, eta, keep, mode, resume };
}

function missingSteps({ rule = STOP_DEFAULTS.rule, from, to }: AskedStop): SheafError {
  const missing = [
    ...(from === undefined ? ['--from-step, the step of the first rung'] : []),
    ...(to === undefined ? ['--to-step, the step at which a trial is complete'] : []),
  ];
  return inputError('search.stop', `stopping by ${rule} needs ${missing.join(', and ')}`, {
    fix: `add ${from === undefined ? '--from-step 3 ' : ''}${to === undefined ? '--to-step 81' : ''}`.trim(),
    now: NOTHING,
  });
}

function requireSeed(template: OpenTemplate, confirm: Confirming | undefined): void {
  const { parameters } = template.loaded;
  if (confirm !== undefined && ![...parameters.values()].some(({ seed }) => seed)) {
    throw noSeed();
  }
}

/** Of a search that repeats its best members. */
export function noSeed(): SheafError {
  return inputError('search.confirm', 'members have no value of a parameter that is a seed', {
    why: 'the best members are repeated with further seeds, which follow the first one',
    fix: 'add seed: 1 to the template, or role: seed in its schema to a parameter that has a value',
    now: NOTHING,
  });
}
