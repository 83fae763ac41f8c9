/** A line of a command that runs what is in the project folder, though the job has a snapshot of the code. */
export interface LeavingLine {
  /** As it is written, without the blanks around it. */
  readonly line: string;
  /** What to write instead. */
  readonly fix: string;
}

export interface ProjectPlace {
  /** The project folder, absolute. */
  readonly root: string;
  /** Home of the user, absolute. */
  readonly home?: string;
  /** Folders in the project that are no code: the experiments, and what `code.link` names. */
  readonly apart: readonly string[];
}

/** Stands for the project folder, however it is written. */
const ROOT = '\u0001';

const VARIABLE = /\$\{(?:SLURM_SUBMIT_DIR|SHEAF_PROJECT)(?::?-[^}]*)?\}|\$(?:SLURM_SUBMIT_DIR|SHEAF_PROJECT)\b/g;
const REST = String.raw`(/[^\s"'` + '`' + String.raw`;&|()]*)?`;
const ENTER = new RegExp(String.raw`\b(?:cd|pushd)\s+(?:-[LP]\s+|--\s+)*["']?${ROOT}${REST}`);
const CHDIR = new RegExp(String.raw`\s(?:--chdir[=\s]\s*|-D\s*)["']?${ROOT}${REST}`);
const PYTHONPATH = new RegExp(String.raw`\bPYTHONPATH=["']?(?:[^\s"']*:)?${ROOT}(/[^\s"':;]*)?`);
const SCRIPT = new RegExp(
  String.raw`(?:^|[\s"'=])${ROOT}(/[^\s"';&|()]*\.(?:py|sh|bash|R|jl|pl|rb|lua|js))(?![^\s"';&|()])`,
);
const PROGRAM = new RegExp(String.raw`^\s*["']?${ROOT}(/[^\s"';&|()]+)`);

/**
 * Lines of a shell text that leave the snapshot: `cd $SLURM_SUBMIT_DIR`, scripts and `PYTHONPATH` by absolute paths into the
 * project. Other paths among arguments are data. What a variable of the script's own holds is not seen.
 */
export function findLeavingLines(text: string, { root, home, apart }: ProjectPlace): LeavingLine[] {
  const homes = home !== undefined && root.startsWith(`${home}/`) ? ['~', '$HOME', '${HOME}'] : [];
  const names = [root, ...homes.map((name) => name + root.slice((home ?? '').length))];
  const isApart = (path: string): boolean =>
    ['.sheaf', ...apart].some((folder) => path === folder || path.startsWith(`${folder}/`));
  return text.split('\n').flatMap((written) => {
    const line = written.trim();
    if (line.startsWith('#')) return [];
    const marked = names.reduce(withRoot, line).replaceAll(VARIABLE, ROOT);
    // A quote that ends behind the folder: "$SLURM_SUBMIT_DIR"/train.py
    const plain = marked.replaceAll(`${ROOT}"/`, `${ROOT}/`);
    if (!plain.includes(ROOT)) return [];
    const fix = fixOf(plain, isApart);
    return fix === undefined ? [] : [{ line, fix }];
  });
}

/** The text with a mark for the project folder; not where its name only begins another one. */
function withRoot(text: string, name: string): string {
  const [first = '', ...rest] = text.split(name);
  return rest.reduce((done, part) => done + (/^[\w.-]/.test(part) ? name : ROOT) + part, first);
}

function fixOf(line: string, isApart: (path: string) => boolean): string | undefined {
  const place = (pattern: RegExp): string | undefined => {
    const found = pattern.exec(line);
    if (found === null) return undefined;
    const path = (found[1] ?? '').replace(/^\/+|\/+$/g, '');
    return isApart(path) || /(?:^|\/)\.?(?:venv|env|conda)[^/]*\/bin\//.test(path) ? undefined : path;
  };
  const entered = place(ENTER) ?? place(CHDIR);
  if (entered === '') return 'delete that: a job starts in its own copy of the code';
  if (entered !== undefined) return `write the folder as ${entered}: a job starts in its own copy of the code`;
  const path = place(PYTHONPATH);
  if (path !== undefined)
    return `write PYTHONPATH="$PWD${path === '' ? '' : `/${path}`}": a job starts in its own copy of the code`;
  const script = place(SCRIPT) ?? place(PROGRAM);
  return script === undefined
    ? undefined
    : `write ${script.includes('/') ? script : `./${script}`}: a job starts in its own copy of the code`;
}
