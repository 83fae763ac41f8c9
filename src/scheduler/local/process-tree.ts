import { ownProcesses, processEnvironment, type ProcessFacts } from '../../system/index.ts';

/** What marks a process as one of a task: two variables that all descendants inherit. */
export interface TaskMark {
  readonly spool: string;
  /** `3_7`: the job's id as the task knows it. */
  readonly job: string;
}

export function markVariables({ spool, job }: TaskMark): Record<string, string> {
  return { SHEAF_SPOOL: spool, SHEAF_JOB_ID: job };
}

/** One look at the processes of this user. */
export class ProcessTable {
  readonly #processes = ownProcesses().filter(({ pid }) => pid !== process.pid);
  #marked: Map<string, ProcessFacts[]> | undefined;

  /**
   * All processes of a task: those that carry its mark, those that were known before, all in their
   * sessions (which nothing can enter from outside), and all their descendants. Sessions and parents
   * find those that cleaned their environment, the mark finds those that left session and parent.
   * Parents come before their children, so that a job is told to end before it sees its program end.
   *
   * @param known names of processes seen before, see {@link processName}
   */
  of(mark: TaskMark, known: ReadonlySet<string>): ProcessFacts[] {
    const found = new Map((this.#byMark().get(markText(mark)) ?? []).map((facts) => [facts.pid, facts]));
    for (const facts of this.#processes) if (known.has(processName(facts))) found.set(facts.pid, facts);
    // 0 stands for a session that is led from outside of this container.
    const sessions = new Set([...found.values()].map(({ session }) => session).filter((session) => session !== 0));
    for (const facts of this.#processes) if (sessions.has(facts.session)) found.set(facts.pid, facts);
    return this.#withDescendants(found);
  }

  #withDescendants(found: Map<number, ProcessFacts>): ProcessFacts[] {
    for (let before = 0; before < found.size;) {
      before = found.size;
      for (const facts of this.#processes) if (found.has(facts.ppid)) found.set(facts.pid, facts);
    }
    return parentsFirst(found);
  }

  #byMark(): Map<string, ProcessFacts[]> {
    if (this.#marked === undefined) {
      this.#marked = new Map();
      for (const facts of this.#processes) {
        const text = markOf(processEnvironment(facts.pid));
        if (text !== undefined) this.#marked.set(text, [...(this.#marked.get(text) ?? []), facts]);
      }
    }
    return this.#marked;
  }
}

function parentsFirst(found: ReadonlyMap<number, ProcessFacts>): ProcessFacts[] {
  const depth = ({ ppid }: ProcessFacts): number => {
    const parent = found.get(ppid);
    return parent === undefined ? 0 : 1 + depth(parent);
  };
  return [...found.values()].toSorted((a, b) => depth(a) - depth(b));
}

/** A pid alone may be used again. */
export function processName({ pid, start }: { readonly pid: number; readonly start: string }): string {
  return `${pid}:${start}`;
}

function markText({ spool, job }: TaskMark): string {
  return `${job} ${spool}`;
}

function markOf(environment: readonly string[]): string | undefined {
  const value = (name: string): string | undefined =>
    environment.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  const [spool, job] = [value('SHEAF_SPOOL'), value('SHEAF_JOB_ID')];
  return spool === undefined || job === undefined ? undefined : markText({ spool, job });
}
