import { LEAST_ETA, STOP_RULES, type Lead } from '../../../core/settings/search-settings.ts';
import { withoutUndefined } from '../../../core/value.ts';
import type { TemplateJson } from '../../../json/index.ts';
import type { Api } from '../../../server/index.ts';

type SweepAction = Extract<Api['preview']['request']['action'], { readonly kind: 'sweep' }>;
type SearchRequest = NonNullable<SweepAction['search']>;

/** The keys of the address that {@link readSearchSettings} reads. */
export const SEARCH_KEYS = [
  'trials',
  'by',
  'lead',
  'metric',
  'stop',
  'from',
  'to',
  'eta',
  'keep',
  'pause',
  'top',
  'seeds',
] as const;

/** How the sweep of a form goes on by itself. */
export interface FormSearch {
  /** What differs from the template; undefined: nothing. */
  readonly request: SearchRequest | undefined;
  /** Whether members are proposed one after the other: then only what is drawn may vary. */
  readonly proposes: boolean;
  /** Whether members are stopped. */
  readonly stops: boolean;
  /** Whether anything decides by a metric. */
  readonly decides: boolean;
  /** What must still be given, in words. */
  readonly missing: readonly string[];
}

/**
 * Reads `trials=200&by=tpe&lead=auto&metric=val_acc&stop=asha&from=3&to=81&eta=3&keep=1&pause=true&top=5&seeds=3`.
 *
 * @param isDrawn whether a parameter is drawn at random
 */
export function readSearchSettings(
  given: { readonly [key: string]: string },
  { search, search_metrics: metrics, reserved }: TemplateJson,
  isDrawn: boolean,
): FormSearch {
  const whole = (key: string): number | undefined => readWhole(given[key]);
  const isOpen =
    isDrawn && given['draws'] === undefined && search !== null && (search.trials ?? search.at_most) !== null;
  const proposes = given['trials'] !== undefined || isOpen;
  const rule = STOP_RULES.find((each) => each === given['stop']);
  const stops = (rule ?? search?.stop?.rule ?? 'none') !== 'none';
  const by = given['by'];
  const eta = given['eta'] === undefined ? undefined : Number(given['eta']);
  const pauses = readFlag(given['pause']);
  const stop = withoutUndefined({
    rule,
    ...(stops && withoutUndefined({ from: whole('from'), to: whole('to'), eta, keep: whole('keep'), resume: pauses })),
  });
  const [top, seeds] = [whole('top'), whole('seeds')];
  const confirms = top !== undefined || seeds !== undefined || (search?.confirm ?? null) !== null;
  const decides = stops || proposes || confirms;
  const request = withoutUndefined({
    metric: decides ? given['metric'] : undefined,
    by: proposes && (by === 'random' || by === 'tpe') ? by : undefined,
    trials: whole('trials'),
    lead: proposes ? readLead(given['lead']) : undefined,
    stop: Object.keys(stop).length === 0 ? undefined : stop,
    confirm: top === undefined || seeds === undefined ? undefined : { top, seeds },
  });
  return {
    request: Object.keys(request).length === 0 ? undefined : request,
    proposes,
    stops,
    decides,
    missing: [
      ...(decides && given['metric'] === undefined && search === null ? ['the metric that decides'] : []),
      ...(decides && metrics.length === 0 ? ['a harvest rule with steps and a mode in the template'] : []),
      ...(proposes && !isDrawn ? ['a parameter that is drawn at random, of which members are proposed'] : []),
      ...(proposes && given['most'] === undefined ? ['how many members run at once'] : []),
      ...(stops && (search?.stop ?? null) === null ? listMissingSteps(given) : []),
      ...(stops && pauses === true && reserved['checkpoint'] === undefined
        ? ['checkpoint in the template, from which paused members go on']
        : []),
      ...listWrong(given),
      ...((top === undefined) === (seeds === undefined) ? [] : ['both how many are repeated, and over how many seeds']),
    ],
  };
}

function listMissingSteps(given: { readonly [key: string]: string }): string[] {
  return [
    ...(given['from'] === undefined ? ['the step of the first rung'] : []),
    ...(given['to'] === undefined ? ['the step at which a member is complete'] : []),
  ];
}

/** The least that each number may be. */
const LEAST: { readonly [key: string]: number } = { trials: 1, from: 1, to: 2, keep: 1, top: 1, seeds: 2 };

function listWrong(given: { readonly [key: string]: string }): string[] {
  const wrong = Object.entries(LEAST).flatMap(([key, least]) =>
    given[key] !== undefined && (readWhole(given[key]) ?? 0) < least ? [`a whole number from ${least} as ${key}`] : [],
  );
  const eta = Number(given['eta'] ?? LEAST_ETA);
  const lead = given['lead'];
  return [
    ...wrong,
    ...(Number.isFinite(eta) && eta >= LEAST_ETA ? [] : [`a number from ${LEAST_ETA} as eta`]),
    ...(lead === undefined || readLead(lead) !== undefined ? [] : ['a whole number from 0, or auto, as lead']),
  ];
}

/** `true` or `false`; nothing for anything else. */
function readFlag(text: string | undefined): boolean | undefined {
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
}

function readLead(text: string | undefined): Lead | undefined {
  return text === 'auto' ? text : readWhole(text);
}

function readWhole(text: string | undefined): number | undefined {
  const number = Number(text ?? Number.NaN);
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
