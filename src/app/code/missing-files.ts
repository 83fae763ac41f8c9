import { isAbsolute, join, normalize } from 'node:path';
import type { Diagnosis } from '../../core/diagnosis/diagnosis.ts';
import type { AttemptRef } from '../../core/experiment/event.ts';
import { attemptName } from '../../core/experiment/record.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getFileFacts, runCommand } from '../../system/index.ts';
import { checkoutPath, getFrozenCode } from './code.ts';
import { experimentFolder, type Project } from '../project/project.ts';

/** Git is asked about at most this number of paths: after that, failures are reported without it. */
const MOST_ASKED = 50;
const GIT_MS = 5_000;

/** Finds out whether a file that a run missed is in the project folder and merely not in the snapshot that ran. */
export class MissingFiles {
  readonly #project: Project;
  /** Path in the project → the folder or file on the way to it that git ignores; null: none. */
  readonly #ignored = new Map<string, string | null>();

  constructor(project: Project) {
    this.#project = project;
  }

  /** The diagnosis, with what is known about the file or module that was missing. */
  async explained(diagnosis: Diagnosis, experiment: Experiment, ref: AttemptRef): Promise<Diagnosis> {
    const code = diagnosis.about === undefined ? undefined : getFrozenCode(experiment);
    if (diagnosis.about === undefined || code?.mode !== 'snapshot') return diagnosis;
    const folder = join(experimentFolder(this.#project, experiment.expId), 'attempts', attemptName(ref));
    const work = join(folder, 'work', code.prefix);
    const checkout = join(this.#project.root, checkoutPath(code.tree), code.prefix);
    const path = candidates(diagnosis, work, this.#project.root).find((each) => this.#isOnlyHere(each, work, checkout));
    if (path === undefined) return diagnosis;
    const ignored = await this.#ignoredOnTheWay(path);
    if (ignored === undefined) return diagnosis;
    const what = path === diagnosis.about ? 'it' : path;
    const why = ignored === null ? 'is not in the snapshot that ran' : `git ignores ${ignored}: no snapshot has it`;
    const link = `code: {link: [${yamlWord(ignored ?? path)}]}`;
    return {
      ...diagnosis,
      says: `${diagnosis.says}; ${what} is in the project folder, but ${why}`,
      fix:
        ignored === null
          ? `sheaf clone ${experiment.expId} NEW runs the code of today; or for later experiments, in the template: ${link}`
          : `sheaf clone ${experiment.expId} NEW --set code.link='[${yamlWord(ignored)}]'; for later experiments, in the template: ${link}`,
    };
  }

  /** The job took unchanged files out of where it ran: what it ran is in the checkout. */
  #isOnlyHere(path: string, work: string, checkout: string): boolean {
    const isIn = (folder: string): boolean => getFileFacts(join(folder, path), { follow: true }) !== undefined;
    return getFileFacts(checkout) !== undefined && isIn(this.#project.root) && !isIn(work) && !isIn(checkout);
  }

  /** Undefined when it cannot be found out. */
  async #ignoredOnTheWay(path: string): Promise<string | null | undefined> {
    const known = this.#ignored.get(path);
    if (known !== undefined || this.#ignored.size >= MOST_ASKED) return known;
    const parts = path.split('/');
    const onTheWay = parts.map((_, i) => parts.slice(0, i + 1).join('/'));
    const { exitCode, stdout } = await runCommand(['git', 'check-ignore', '--stdin', '-z'], {
      cwd: this.#project.root,
      input: onTheWay.map((each) => `${each}\0`).join(''),
      timeoutMs: GIT_MS,
    });
    const found = exitCode === 0 ? (stdout.split('\0')[0] ?? null) : null;
    this.#ignored.set(path, found);
    return found;
  }
}

/** Where it may be in the project folder. */
function candidates({ code, about = '' }: Diagnosis, work: string, root: string): string[] {
  if (code === 'module_missing') {
    const [name = ''] = about.split('.');
    return [`${name}.py`, name, `src/${name}`];
  }
  const inWork = about.startsWith(`${work}/`) ? about.slice(work.length + 1) : undefined;
  const inProject = about.startsWith(`${root}/`) ? about.slice(root.length + 1) : undefined;
  const path = normalize(inWork ?? inProject ?? about);
  return isAbsolute(path) || path.startsWith('..') || path === '.' ? [] : [path];
}

function yamlWord(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : JSON.stringify(path);
}
