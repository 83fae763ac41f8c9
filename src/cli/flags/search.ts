import { inputError } from '../../core/errors.ts';
import { LEAST_ETA, STOP_RULES, type SearchRequest } from '../../core/settings/search-settings.ts';
import { quoteShellWord } from '../../core/text/bash.ts';
import { withoutUndefined } from '../../core/value.ts';
import type { Args } from './args.ts';
import type { Flag } from './flags.ts';

/** How members of a sweep are stopped before they complete. */
export const STOP_FLAGS: readonly Flag[] = [
  { name: 'metric', value: 'METRIC', help: 'The harvest rule whose values decide', offers: 'field' },
  {
    name: 'stop',
    value: 'RULE',
    choices: STOP_RULES,
    help: 'Stop the worst at each rung: asha (the best 1/eta go on), median (those not worse go on) or none',
  },
  { name: 'from-step', value: 'N', help: 'With --stop: the step of the first rung' },
  { name: 'to-step', value: 'N', help: 'With --stop: the step at which a member is complete' },
  { name: 'eta', value: 'N', help: 'With --stop: the ratio of one rung to the one before (default 3)' },
  { name: 'keep', value: 'N', help: 'With --stop: how many of the best always go on (default 1)' },
  {
    name: 'pause',
    value: 'true|false',
    choices: ['true', 'false'],
    help: 'With --stop: pause members instead; they go on from their checkpoints if later results lift them (default false)',
  },
];

/** How members are proposed. */
export const PROPOSE_FLAGS: readonly Flag[] = [
  { name: 'search', value: 'N', help: 'Propose N members one after the other, from the results of those before' },
  { name: 'by', value: 'SAMPLER', help: 'With --search: random, tpe (default), or exec:COMMAND' },
  {
    name: 'lead',
    value: 'N|auto',
    help: 'With --search: queue N members ahead; they run beside --max-parallel if there is room. auto: from what members waited',
  },
  { name: 'confirm', value: 'TOP:SEEDS', help: 'Repeat the best TOP members until each has SEEDS seeds' },
];

/** Flags that matter only beside one of others. */
const NEEDS: { readonly [flag: string]: readonly string[] } = {
  metric: ['search', 'stop', 'confirm'],
  by: ['search'],
  lead: ['search'],
  eta: ['stop'],
  keep: ['stop'],
  pause: ['stop'],
};

/**
 * Refuses a flag of a search that is meant for a parameter with the same name.
 *
 * @param parameters those of the template
 * @throws SheafError `cli.flag.parameter`
 */
export function refuseParameters(args: Args, parameters: readonly string[]): void {
  for (const [flag, needed] of Object.entries(NEEDS)) {
    const text = args.text(flag);
    if (text === undefined || !parameters.includes(flag) || needed.some((other) => args.has(other))) continue;
    const others = needed.map((other) => `--${other}`).join(' or ');
    throw inputError(
      'cli.flag.parameter',
      `--${flag} says how a sweep goes on by itself, and does not set the parameter ${flag}`,
      {
        why: `--${flag} has an effect only with ${others}`,
        fix: `--set ${quoteShellWord(`${flag}=${text}`)}, or to vary it: --grid ${flag}=A,B`,
        now: 'nothing was made',
      },
    );
  }
}

/** What {@link STOP_FLAGS} and {@link PROPOSE_FLAGS} say; undefined if none was passed. @throws SheafError `cli.flag.*` */
export function readSearch(args: Args): SearchRequest | undefined {
  const stop = readStop(args);
  const request = withoutUndefined({
    trials: args.count('search'),
    metric: args.text('metric'),
    by: readSampler(args.text('by')),
    lead: readLead(args.text('lead')),
    stop,
    confirm: readConfirm(args.text('confirm')),
  });
  return Object.keys(request).length === 0 ? undefined : request;
}

/** The flag of each setting of a rule. */
const STOP_FLAG = { from: 'from-step', to: 'to-step', eta: 'eta', keep: 'keep', resume: 'pause' } as const;

function readStop(args: Args): SearchRequest['stop'] | undefined {
  const rule = STOP_RULES.find((each) => each === args.text('stop'));
  const rest = withoutUndefined({
    from: args.count('from-step'),
    to: args.count('to-step'),
    eta: readEta(args.text('eta')),
    keep: args.count('keep'),
    resume: args.has('pause') ? args.text('pause') === 'true' : undefined,
  });
  const [first] = Object.keys(rest) as (keyof typeof rest)[];
  if (rule === 'none' && first !== undefined) {
    throw inputError('cli.flag.conflict', `--${STOP_FLAG[first]} has no effect with --stop none`, {
      fix: 'pass one of them',
    });
  }
  const stop = withoutUndefined({ rule, ...rest });
  return Object.keys(stop).length === 0 ? undefined : stop;
}

function readEta(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const eta = Number(text);
  if (text.trim() !== '' && Number.isFinite(eta) && eta >= LEAST_ETA) return eta;
  throw inputError('cli.flag.value', `--eta must be a number from ${LEAST_ETA}, but is ${JSON.stringify(text)}`, {
    fix: '--eta 3',
  });
}

function readSampler(text: string | undefined): SearchRequest['by'] {
  if (text === undefined || text === 'random' || text === 'tpe') return text;
  const exec = /^exec:(.*\S.*)$/s.exec(text)?.[1];
  if (exec !== undefined) return { exec: exec.trim() };
  throw inputError('cli.flag.value', `--by must be random, tpe or exec:COMMAND, but is ${JSON.stringify(text)}`, {
    fix: "--by tpe, or --by 'exec:python propose.py'",
  });
}

function readLead(text: string | undefined): SearchRequest['lead'] {
  if (text === undefined || text === 'auto') return text;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw inputError('cli.flag.value', `--lead must be a whole number or auto, but is ${JSON.stringify(text)}`, {
    fix: '--lead auto',
  });
}

function readConfirm(text: string | undefined): SearchRequest['confirm'] {
  if (text === undefined) return undefined;
  const [, top, seeds] = /^(\d{1,6}):(\d{1,6})$/.exec(text) ?? [];
  if (Number(top) >= 1 && Number(seeds) >= 2) return { top: Number(top), seeds: Number(seeds) };
  throw inputError('cli.flag.value', `--confirm must be TOP:SEEDS, but is ${JSON.stringify(text)}`, {
    why: 'the best TOP members are repeated until each has SEEDS seeds, at least 2',
    fix: '--confirm 5:3',
  });
}
