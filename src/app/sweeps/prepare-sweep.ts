import { basename, resolve } from 'node:path';
import { inputError } from '../../core/errors.ts';
import { parseName, type ExpId } from '../../core/ids.ts';
import type { SweepRecord } from '../../core/experiment/record.ts';
import type { Search } from '../../core/experiment/search.ts';
import {
  expand,
  extendSpace,
  parseMemberList,
  parseSpace,
  planSweep,
  readSpace,
  makeSweepIds,
  makeTrialId,
  namesTrials,
  type SweepMember,
  type Space,
  type SweepPlan as MemberPlan,
} from '../../core/sweep/sweep.ts';
import { isMap, areEqual, withoutUndefined, type ValueMap } from '../../core/value.ts';
import { memoize } from '../../core/text/memoize.ts';
import { getFileFacts, nowMs, randomSeed, readText } from '../../system/index.ts';
import { getStart } from '../checkpoints/start-file.ts';
import { findStartsOnce, type FindStart } from '../checkpoints/start-point.ts';
import type { NamedDraft } from '../experiments/create.ts';
import { composeDraft } from '../experiments/new.ts';
import { findNextName } from '../experiments/numbered-names.ts';
import { openTemplate, type OpenTemplate } from '../experiments/open-template.ts';
import { findSweep } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import { joinSpaces, listSweepParts } from '../project/sweep-parts.ts';
import type { NewSweep, Override, SpaceTexts } from '../project/types.ts';
import { getSearch, listRounds } from '../search/search-state.ts';
import { proposesByItself, resolveSearch } from './resolve-search.ts';
import { membersOf } from './show-sweep.ts';

/** What all members of a sweep have in common, as recorded with it. */
interface Common extends Override {
  readonly description?: string;
  readonly tags?: readonly string[];
}

/** A sweep, or its extension, as it is to be made; nothing of it is made yet. */
export interface PreparedSweep {
  readonly name: string;
  /** Nobody chose the name: it is the next one of the template, and not claimed yet. */
  readonly isUnclaimed?: boolean;
  readonly template: OpenTemplate;
  readonly templateName: string;
  readonly common: Common;
  /** The space of a new sweep; of an extension, what it adds. */
  readonly space: Space;
  readonly plan: MemberPlan;
  /** What the sweep had before it was extended. */
  readonly since?: MemberPlan;
  readonly ids: readonly ExpId[];
  readonly id?: string;
  /** How a new sweep goes on by itself. */
  readonly search?: Search;
  /** Finds what its members start from. */
  readonly findStart: FindStart;
}

/** @throws SheafError for a space, a name or a template that is wrong */
export async function prepareNewSweep(
  project: Project,
  sweep: NewSweep,
  opened?: OpenTemplate,
): Promise<PreparedSweep> {
  const name = sweep.name === undefined ? findNextName(project, sweep.template) : parseName('sweep', sweep.name);
  const template = opened ?? (await openTemplate(project, sweep.template));
  const asked = withGrid(parseSpace(spaceOptions(sweep.space ?? {}, template), template.readValue), sweep.grid);
  const { flags, sets, params, description, tags } = sweep;
  const common = withoutUndefined({ flags, sets, params, description, tags });
  const space = recordedSpace(project, name, asked);
  const search = resolveSearch(template, sweep.search, checkProposing(space, sweep, template));
  const plan = search?.propose === undefined ? planSweep(space) : planOne(space);
  if (search?.propose !== undefined) makeTrialId(naming(name, checkPattern(sweep.id)), 0, firstOf(plan));
  return {
    name,
    isUnclaimed: sweep.name === undefined,
    template,
    templateName: sweep.template,
    common,
    space,
    plan,
    ids: search?.propose === undefined ? makeSweepIds(plan, naming(name, sweep.id)) : [],
    ...withoutUndefined({ id: sweep.id, search }),
    findStart: findStartOfMembers(project, name),
  };
}

/** Whether members are proposed: draws without a number. @throws SheafError for a space of which no members can be proposed */
function checkProposing({ random, ...others }: Space, { search }: NewSweep, template: OpenTemplate): boolean {
  const isOpen = random?.count === 0;
  if (!isOpen) {
    if (search?.trials === undefined) return false;
    throw inputError(
      'search.draws',
      random === undefined
        ? 'nothing is drawn that could be proposed'
        : 'a fixed number of draws leaves nothing to propose',
      { fix: "pass --search N with --draw 'learning_rate=loguniform(1e-5,1e-1)', and no --random", now: NOTHING },
    );
  }
  if (search?.trials === undefined && !proposesByItself(template)) {
    throw inputError('sweep.random.count', 'the number of members to draw is missing', {
      fix: 'add --random 20, or --search 200 to propose them one after the other',
      now: NOTHING,
    });
  }
  if (others.grid.length === 0 && others.zip.length === 0 && others.list === undefined) return true;
  throw inputError('search.space', 'members that are proposed vary what is drawn, and nothing else', {
    fix: 'write each --grid as --draw NAME=choice(A,B), and leave --zip and --from out',
    now: NOTHING,
  });
}

const NOTHING = 'nothing was made';

/**
 * Of members that are proposed, as many wait or run as may run at once, and some more.
 *
 * @throws SheafError `search.max_parallel`
 */
export function requireMaxParallel(
  { store }: Project,
  { name, search }: { readonly name: string; readonly search?: Search | undefined },
  { maxParallel }: { readonly maxParallel?: number },
): void {
  if (search?.propose === undefined || maxParallel !== undefined || store.sweep(name)?.maxParallel?.value) return;
  throw inputError('search.max_parallel', 'a limit of members that run at once is missing', {
    why: 'members are proposed as slots become free, so that each one follows from those before',
    fix: 'add --max-parallel 16',
    now: NOTHING,
  });
}

/** The plan of one member of a space without any: of what a proposed one looks like. */
function planOne({ random, ...space }: Space): MemberPlan {
  return planSweep({ ...space, ...(random && { random: { ...random, count: 1 } }) });
}

function firstOf(plan: MemberPlan): SweepMember {
  const [first = new Map()] = expand(plan);
  return first;
}

/** Values alone do not tell members apart that are not known yet. */
function checkPattern(id: string | undefined): string | undefined {
  if (id === undefined || namesTrials(id)) return id;
  throw inputError('search.id', `the names "${id}" may be the same for two members that are proposed`, {
    why: 'their values are not known yet',
    fix: `add the number of the member: --id '${id}_{trial}'`,
    now: NOTHING,
  });
}

/** @throws SheafError `sweep.unknown`, `search.extend`, or for a space that does not extend that of the sweep */
export async function prepareExtension(project: Project, name: string, texts: SpaceTexts): Promise<PreparedSweep> {
  const record = findSweep(project, name);
  if (listRounds(record).some(({ proposed }) => proposed.length > 0) || getSearch(record)?.propose !== undefined) {
    throw inputError('search.extend', `the sweep ${name} proposes its members itself`, {
      fix: `let it propose more: sheaf sweep set ${name} --trials 300`,
      now: NOTHING,
    });
  }
  const parts = listSweepParts(record);
  const last = parts.at(-1);
  if (last === undefined) throw new Error(`sweep ${name} has no parts`);
  const template = await openTemplate(project, last.template);
  const base = joinSpaces(parts);
  const addition = parseSpace(spaceOptions(texts, template), template.readValue, base);
  const [plan, since] = [planSweep(extendSpace(base, addition)), planSweep(base)];
  return {
    name,
    template,
    templateName: last.template,
    common: last.fixed as Common,
    space: addition,
    plan,
    since,
    ids: makeSweepIds(plan, naming(name, last.id), since),
    ...(last.id === undefined ? {} : { id: last.id }),
    findStart: findStartOfMembers(project, name),
  };
}

/** Members with the same text start from the same checkpoint, also those that are added later. */
function findStartOfMembers(project: Project, sweep: string): FindStart {
  const find = findStartsOnce(project);
  return memoize(String, async (asked: string) => {
    for (const member of project.store.select({ where: membersOf(sweep), nowMs: nowMs() })) {
      const start = getStart(member);
      if (start?.asked === asked) return start;
    }
    return find(asked);
  });
}

/** The same sweep, if another command took its name first. */
export function withName(prepared: PreparedSweep, name: string): PreparedSweep {
  const ids = prepared.ids.length === 0 ? [] : makeSweepIds(prepared.plan, naming(name, prepared.id));
  return { ...prepared, name, isUnclaimed: false, ids };
}

/** Values of a program, beside those that were read from texts. */
function withGrid(space: Space, grid: NewSweep['grid'] = {}): Space {
  const axes = Object.entries(grid).map(([name, values]) => ({ name, values: values.map((value) => ({ value })) }));
  return { ...space, grid: [...space.grid, ...axes] };
}

function naming(sweep: string, id: string | undefined): { sweep: string; template?: string } {
  return { sweep, ...(id === undefined ? {} : { template: id }) };
}

function spaceOptions(texts: SpaceTexts, template: OpenTemplate): Parameters<typeof parseSpace>[0] {
  const { grid, zip, random, from } = texts;
  return {
    ...(grid === undefined ? {} : { grid }),
    ...(zip === undefined ? {} : { zip }),
    ...(random === undefined
      ? {}
      : { random: { count: random.count ?? 0, seed: random.seed ?? randomSeed() }, draw: random.draws }),
    ...(from === undefined ? {} : { list: memberList(from, template) }),
  };
}

function memberList(path: string, template: OpenTemplate): ReturnType<typeof parseMemberList> {
  if (getFileFacts(resolve(path), { follow: true })?.kind !== 'file') {
    throw inputError('sweep.from', `there is no file ${path}`, {
      fix: '--from FILE, a CSV or JSON file with one experiment a row',
      now: 'nothing was made',
    });
  }
  const kind = path.endsWith('.json') ? 'json' : 'csv';
  return parseMemberList(readText(resolve(path)), kind, basename(path), template.readValue);
}

/** A random sweep asked for again goes on with the seed that was drawn and recorded when it was first made. */
function recordedSpace(project: Project, name: string, asked: Space): Space {
  const record = project.store.sweep(name);
  const first = record && listSweepParts(record)[0];
  if (first === undefined || !areEqual(withoutSeed(first.space as ValueMap), withoutSeed(asked))) return asked;
  return readSpace(first.space);
}

/** The same sweep asked for again: then what is missing of it is made. */
export function isSameSweep(record: SweepRecord, { space, templateName, common, search }: PreparedSweep): boolean {
  const [first] = listSweepParts(record);
  return (
    first !== undefined &&
    first.template === templateName &&
    areEqual(withoutSeed(first.space as ValueMap), withoutSeed(space)) &&
    areEqual(first.fixed, common as ValueMap) &&
    areEqual(getSearch(record) ?? null, search ?? null)
  );
}

/** A seed that was drawn and not given differs each time; the recorded one is kept. */
function withoutSeed(space: ValueMap): ValueMap {
  return isMap(space['random']) ? { ...space, random: { ...space['random'], seed: null } } : space;
}

/** A member that is as good as any other: the first one; of those that are proposed, one that might be. */
export function composeExample(
  prepared: PreparedSweep,
): (NamedDraft & { readonly warnings: readonly string[] }) | undefined {
  const { name, template, common, plan, id, search } = prepared;
  if (search?.propose === undefined) return composeDrafts(prepared).next().value;
  const expId = makeTrialId(naming(name, id), 0, firstOf(plan));
  return { ...composeDraft(template, { ...common, expId }, firstOf(plan)), expId, sweep: name };
}

/** Its members, each made when it is asked for. @throws SheafError for a value that is wrong */
export function* composeDrafts(
  prepared: PreparedSweep,
): Generator<NamedDraft & { readonly warnings: readonly string[] }> {
  const { name, template, common, plan, since, ids } = prepared;
  let i = 0;
  for (const member of expand(plan, since)) {
    const expId = ids[i];
    i += 1;
    if (expId === undefined) continue;
    yield { ...composeDraft(template, { ...common, expId }, overrides(member)), expId, sweep: name };
  }
}

function overrides(member: SweepMember): SweepMember {
  return new Map([...member].filter(([name]) => name !== 'exp_id'));
}

/** Members that are looked up, and made in one append. */
const CHUNK = 1_000;

/** At most 1,000 in each chunk. */
export function* splitIntoChunks<T>(all: Iterable<T>): Generator<T[]> {
  let chunk: T[] = [];
  for (const one of all) {
    chunk.push(one);
    if (chunk.length === CHUNK) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}
