import { compileStars } from '../../core/text/glob.ts';
import { isFamily, type ExecRule, type Pick, type TrackerRule } from '../../core/settings/harvest-rule.ts';
import { pickPoint, pickWords, timeOf } from '../pick/pick.ts';
import type { MetricFinding, FoundValue, NamedRule, RuleOutcome, Source } from '../base/source.ts';
import type { TrackedRun, TrackedSeries, TrackedValue, Tracker } from '../trackers/common/tracker.ts';
import { makeExcerpt, formatNames, makeMissing, suggestNear, withNotes } from '../base/words.ts';

/** A rule that finds numbers by the name that a tracker gave them. */
export type KeyedRule = TrackerRule | ExecRule;

/** A source that reads what a logger or tracker left behind. */
export function trackerSource(tracker: Tracker): Source<TrackerRule> {
  return {
    describe: ({ source, key, pick }) => `${source} ${key} ${pickWords(pick)}`,
    files: ({ path, links }) => ({ patterns: below(path, tracker.patterns), take: 'all', links: links === true }),
    ...(tracker.countsWithinAttempt ? {} : { spansAttempts: () => true }),
    ...(tracker.mayRepeatAll && { mayRepeatAll: true }),
    together: ({ path }) => path,
    read: async (files, rules, options) => {
      const read = (wanted: Wanted): Promise<TrackedRun> => tracker.read(files, { ...options, ...wanted });
      const found = listOutcomes(await read(wantedKeys(rules)), rules, tracker.counts);
      if (!found.some((outcome) => !('family' in outcome) && outcome.missing)) return found;
      // What is there instead is known only when all of it was read.
      return listOutcomes(await read({ ...wantedKeys(rules), wants: () => true }), rules, tracker.counts);
    },
  };
}

/** The path itself may be a file that the tracker reads. */
function below(path: string, patterns: readonly string[]): string[] {
  if (path === '.') return [...patterns];
  return [path, ...patterns.map((pattern) => `${path}/${pattern}`)];
}

/** Which keys the rules ask for. */
interface Wanted {
  readonly wants: (key: string) => boolean;
  readonly names: (key: string) => boolean;
}

function wantedKeys(rules: readonly NamedRule<KeyedRule>[]): Wanted {
  const exact = new Set(rules.filter(({ metric }) => !isFamily(metric)).map(({ rule }) => rule.key));
  const globs = rules.filter(({ metric }) => isFamily(metric)).map(({ rule }) => compileStars(rule.key));
  return { wants: (key) => exact.has(key) || globs.some((fits) => fits(key)), names: (key) => exact.has(key) };
}

/** What each rule comes to in a run. @param counts what the steps of all series count */
export function listOutcomes(read: TrackedRun, rules: readonly NamedRule<KeyedRule>[], counts?: string): RuleOutcome[] {
  const run: Run = { ...read, ...(counts !== undefined && { counts }) };
  return rules.map(({ metric, rule }) => (isFamily(metric) ? family(run, rule) : one(run, rule.key, rule.pick)));
}

interface Run extends TrackedRun {
  readonly counts?: string;
}

function family(run: Run, { key: pattern, pick }: KeyedRule): RuleOutcome {
  const fits = compileStars(pattern);
  const [before = '', after = ''] = pattern.split('*', 2);
  const keys = [...new Set([...run.series.keys(), ...run.values.keys()])].filter(fits);
  const found = keys.map((key): [string, MetricFinding] => [
    key.slice(before.length, key.length - after.length),
    one(run, key, pick),
  ]);
  return { family: new Map(found) };
}

function one(run: Run, key: string, pick: Pick): MetricFinding {
  const series = run.series.get(key);
  const value = run.values.get(key);
  const found = (series && fromSeries({ ...counted(run), ...series }, pick)) ?? (value && fromValue(value));
  const notes = series && value && found ? [textNote(value), ...run.notes] : run.notes;
  if (found) return { found: withNotes(found, ...notes) };
  const known = [...new Set([...run.series.keys(), ...run.values.keys()])];
  const there = known.length === 0 ? 'there is no value at all' : `there are ${formatNames(known)}`;
  const said = [`there is no value named ${key}; ${there}`, ...run.notes].join('; ');
  return makeMissing('no_key', said, suggestNear(key, known, JSON.stringify));
}

/** A key that has numbers and texts is a series of its numbers. */
function textNote({ value, nonfinite, line, file }: TrackedValue): string {
  const place = line === undefined ? file : `line ${line} of ${file}`;
  return `beside its series it has the value ${nonfinite ?? makeExcerpt(JSON.stringify(value))}, in ${place}`;
}

function counted({ counts }: Run): { counts?: string } {
  return counts === undefined ? {} : { counts };
}

function fromSeries({ points, ...rest }: TrackedSeries, pick: Pick): FoundValue | undefined {
  const found = pickPoint(points, pick);
  return found && { ...found, series: points, ...rest };
}

function fromValue({ value, nonfinite, note, file, line, time }: TrackedValue): FoundValue {
  return {
    value,
    ...(nonfinite && { nonfinite }),
    ...(note !== undefined && { note }),
    place: { ...(line !== undefined && { line }), ...timeOf(time) },
    file,
  };
}
