import { getAttemptOutcome, isDeferred } from '../../core/experiment/outcome.ts';
import type { CodeRecord, CodeSeen, SnapshotRecord } from '../../core/experiment/code.ts';
import { failure, SheafError } from '../../core/errors.ts';
import { DEFAULT_CODE, type CodeSettings } from '../../core/settings/run-settings.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getVersionInForce } from '../../core/experiment/version.ts';
import { getCodeNotes } from '../project/code-notes.ts';
import type { Project } from '../project/project.ts';

/** In a dry run, for the tree that a submit would find. */
const TREE_OF_SUBMIT = 'TREE-OF-THE-SUBMIT';

/**
 * Finds the code that experiments run: what is frozen stays; for the others the project is read once, when the
 * first of them is submitted.
 */
export class Codes {
  readonly #project: Project;
  readonly #isDry: boolean;
  /** The request → the answer. */
  readonly #asked = new Map<string, Promise<CodeRecord>>();
  /** What a record says → the one record that all who run it share. */
  readonly #found = new Map<string, CodeRecord>();
  /** What was left out of a snapshot, and the like. */
  readonly notes: Set<string> = new Set();

  /** @param options.dry change nothing: neither take nor check out a snapshot */
  constructor(project: Project, options: { readonly dry: boolean }) {
    this.#project = project;
    this.#isDry = options.dry;
  }

  /**
   * The code of an experiment, checked out where jobs will find it: one record for all that run the same.
   *
   * @param fresh the code of now, whatever it ran before
   * @throws SheafError `code.*` when it cannot be kept, or is gone
   */
  async of(experiment: Experiment, fresh: boolean = false): Promise<CodeRecord> {
    const frozen = fresh ? undefined : getFrozenCode(experiment);
    const key = questionOf(experiment, frozen);
    const answer = this.#asked.get(key) ?? this.#find(experiment, frozen).then((record) => this.#shared(record));
    this.#asked.set(key, answer);
    const record = await answer;
    const isKept = record.mode === 'snapshot';
    if (isKept || !this.#isDry)
      for (const note of await getCodeNotes(
        this.#project,
        experiment,
        isKept || (record.commit ?? record.branch) !== undefined,
      ))
        this.notes.add(note);
    return record;
  }

  /** The record that was found first among those that say the same. */
  #shared(record: CodeRecord): CodeRecord {
    const text = JSON.stringify(record);
    const same = this.#found.get(text) ?? record;
    this.#found.set(text, same);
    return same;
  }

  async #find(experiment: Experiment, frozen: CodeRecord | undefined): Promise<CodeRecord> {
    // What runs in the project folder runs what is there now.
    if (frozen?.mode === 'live') return this.#live();
    if (frozen !== undefined) {
      if (!this.#isDry) await checkedOut(this.#project, frozen);
      return frozen;
    }
    const settings = experiment.settings.code ?? DEFAULT_CODE;
    const { readGitState, describeWorkTree } = await import('../../provenance/index.ts');
    const { root } = this.#project;
    const git = settings.mode === undefined ? await readGitState(root) : undefined;
    const mode = settings.mode ?? (git === undefined ? 'live' : 'snapshot');
    if (mode === 'live') return this.#live();
    if (this.#isDry) {
      const state = await describeWorkTree(root);
      return { mode, kind: state === undefined ? 'files' : 'git', tree: TREE_OF_SUBMIT, prefix: '', ...state };
    }
    return this.#snapshot(settings);
  }

  async #live(): Promise<CodeRecord> {
    const { describeWorkTree } = await import('../../provenance/index.ts');
    try {
      return { mode: 'live', ...(await describeWorkTree(this.#project.root)) };
    } catch (error) {
      // What runs in the project folder needs no repository: that git refuses to read it is no reason not to run.
      if (!(error instanceof SheafError)) throw error;
      this.notes.add(`the record will not say which commit it was: ${error.message}`);
      return { mode: 'live' };
    }
  }

  async #snapshot(settings: CodeSettings): Promise<SnapshotRecord> {
    const { takeSnapshot } = await import('../../provenance/index.ts');
    const { root, store } = this.#project;
    const { experiments, code } = store.paths;
    const { record, warnings } = await takeSnapshot({ folder: root, experiments, settings, store: code });
    for (const warning of warnings) this.notes.add(warning);
    await checkedOut(this.#project, record);
    return record;
  }
}

/** The same for experiments whose code is found in the same way. */
function questionOf(experiment: Experiment, frozen: CodeRecord | undefined): string {
  if (frozen !== undefined) return frozen.mode === 'live' ? 'live' : JSON.stringify(frozen);
  const { mode, untrackedLimit, link } = experiment.settings.code ?? DEFAULT_CODE;
  return mode === 'live' ? 'live' : JSON.stringify([mode, untrackedLimit, link]);
}

async function checkedOut({ root, store }: Project, record: SnapshotRecord): Promise<string> {
  const { checkOut } = await import('../../provenance/index.ts');
  return checkOut({ folder: root, store: store.paths.code, record });
}

/** Of a tree, relative to the project folder. */
export function checkoutPath(tree: string): string {
  return `.sheaf/code/${tree}`;
}

/** The code that is fixed for all further attempts; undefined while nothing came of any. */
export function getFrozenCode({ record }: Pick<Experiment, 'record'>): CodeRecord | undefined {
  const version = getVersionInForce(record);
  if (version !== undefined) return version.code;
  if (record.created?.value.rerun !== undefined) return record.code?.value;
  const attempts = Object.values(record.attempts);
  const hasRun = attempts.some((attempt) => !isDeferred(attempt) && getAttemptOutcome(attempt).status !== 'void');
  return hasRun ? record.code?.value : attempts.find(isDeferred)?.facts.deferred?.value.code;
}

/**
 * Which code the jobs of an experiment were seen to run, where that was to be a snapshot: code in the project folder if any
 * of them ran that, otherwise what the last of them says. Undefined while none has ended.
 */
export function getSeenCode(experiment: Experiment): CodeSeen | 'not observed' | undefined {
  if (getFrozenCode(experiment)?.mode !== 'snapshot') return undefined;
  const ended = Object.values(experiment.record.attempts)
    .toSorted((a, b) => a.n - b.n)
    .flatMap(({ facts }) => facts.ended?.value ?? []);
  if (ended.length === 0) return undefined;
  return ended.find(({ code }) => code?.where === 'live')?.code ?? ended.at(-1)?.code ?? 'not observed';
}

/** @throws SheafError `code.unknown` for what has no snapshot */
export function requireSnapshot(experiment: Experiment): SnapshotRecord {
  const code = getFrozenCode(experiment);
  if (code?.mode === 'snapshot') return code;
  throw noSnapshot(experiment, code);
}

function noSnapshot({ expId }: Experiment, code: CodeRecord | undefined): SheafError {
  if (code === undefined) {
    return failure('code.unknown', `${expId} has no code on record yet`, {
      why: 'the code freezes at the first submit',
      fix: `sheaf submit ${expId}`,
    });
  }
  return failure('code.live', `${expId} ran in the project folder: its code was not kept`, {
    why: 'its template says code: live, or the project is in no git repository',
    fix: 'for later runs: git init, or code: snapshot in the template',
  });
}
