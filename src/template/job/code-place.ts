import { quoteArgument } from '../shell/quote.ts';
import { requireTest } from '../launch/stop.ts';

/** Where the code of a run is. */
export type CodePlace = LiveCode | SnapshotCode;

/** In the project folder, as it is when the job runs. */
export interface LiveCode {
  readonly mode: 'live';
  /** What code it is, in words. */
  readonly about: string;
}

/** A copy, made when the job starts, of a checkout that all runs of the same code share. */
export interface SnapshotCode {
  readonly mode: 'snapshot';
  /** The checkout, relative to the project: `.sheaf/code/<tree>`. */
  readonly folder: string;
  /** The project's folder in the checkout: `''`, or `experiments/vision`. */
  readonly prefix: string;
  /** Paths in the project that are not in the snapshot, and are seen through links. */
  readonly link: readonly string[];
  /** Paths in the project that are links in the snapshot, and of which the run has a copy to write to. */
  readonly copy: readonly string[];
  /** The git commit that it is, or that it differs from. */
  readonly commit?: string;
  readonly about: string;
}

/** The lines that make the place where the program runs, and enter it. */
export function renderCodeLines(code: CodePlace): string {
  if (code.mode === 'live') return `# Code: ${comment(code.about)}. It runs in the project folder, as that is now.`;
  const [prefix, link, copy] = [segments(code.prefix), code.link.map(segments), code.copy.map(segments)];
  const folders = realFolders(
    prefix,
    [...link, ...copy].map((path) => [...prefix, ...path]),
  );
  const below = (root: string, path: readonly string[]): string => [root, ...path.map(quoteArgument)].join('/');
  return [
    `# Code: ${comment(code.about)}.`,
    '# The program runs in a copy of the code that is its own: what it writes there, beside its source too, no other run sees.',
    `sheaf_code=${below('$SHEAF_PROJECT', segments(code.folder))} sheaf_work=$SHEAF_OUT/work sheaf_tree=$SHEAF_OUT/work.part`,
    requireTest(
      '[ -d "$sheaf_code" ]',
      `the checkout of the code of this run is gone, ${code.folder}: sheaf submit makes it again`,
    ),
    COPY_CODE,
    ...(folders.length === 0
      ? []
      : [OPEN, `sheaf_open ${folders.map((path) => path.map(quoteArgument).join('/')).join(' ')}`]),
    ...(link.length === 0 ? [] : [LINK, eachPath('sheaf_link', link, prefix)]),
    ...(copy.length === 0 ? [] : [COPY, eachPath('sheaf_copy', copy, prefix)]),
    USE_TREE,
    `sheaf_use_tree ${[segments(code.folder), ...link].map((path) => path.map(quoteArgument).join('/')).join(' ')}`,
    `cd -- ${below('"$sheaf_work"', prefix)} || exit 1`,
    ...identity(code.commit),
  ].join('\n');
}

/** The repository around says what is there now, and trackers would write that down. */
function identity(commit: string | undefined): string[] {
  return [
    '# The repository around is not asked what code this is: it has gone on.',
    'export GIT_CEILING_DIRECTORIES="$SHEAF_OUT"',
    ...(commit === undefined ? [] : [`export SHEAF_COMMIT=${commit} WANDB_GIT_COMMIT=${commit}`]),
  ];
}

/** Calls a function with each path in the project, and with the same path in the snapshot. */
function eachPath(name: string, paths: readonly (readonly string[])[], prefix: readonly string[]): string {
  return paths
    .map((path) => `${name} ${quoteArgument(path.join('/'))} ${quoteArgument([...prefix, ...path].join('/'))}`)
    .join('\n');
}

function comment(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
}

function segments(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '' && segment !== '.');
}

/** Folders that are no links: those of the way to the project and to what is linked or copied, parents first. */
function realFolders(prefix: readonly string[], given: readonly (readonly string[])[]): (readonly string[])[] {
  const ways = [prefix, ...given.map((path) => path.slice(0, -1))];
  const all = ways.flatMap((way) => way.map((_, i) => way.slice(0, i + 1)));
  return [...new Map(all.map((path) => [path.join('/'), path])).values()].toSorted((a, b) => a.length - b.length);
}

/** Of an older version the folders of a checkout are read-only. */
const COPY_CODE = `\
sheaf_began=$SECONDS
sheaf_remove_tree() {
  [ ! -d "$sheaf_tree" ] || chmod -R u+rwX -- "$sheaf_tree"
  rm -rf -- "$sheaf_tree"
}
sheaf_copy_failed() {
  sheaf_remove_tree
  sheaf_stop "the code of this run could not be copied to $sheaf_work. If a disk or a quota is full (of bytes or of files), make room; then: sheaf retry $SHEAF_EXP_ID"
}
# What an earlier start left half made is never run.
if ! { sheaf_remove_tree && cp -R --reflink=auto -- "$sheaf_code/." "$sheaf_tree" && chmod -R u+w -- "$sheaf_tree"; }; then
  sheaf_copy_failed
fi`;

const OPEN = `\
# Folders on the way to what is linked are folders of this run, where the snapshot has links.
sheaf_open() (
  unset GLOBIGNORE # which turns dotglob off
  shopt -s dotglob nullglob
  for folder; do
    if [ -L "$sheaf_tree/$folder" ]; then
      rm -- "$sheaf_tree/$folder" || exit 1
      mkdir -- "$sheaf_tree/$folder" || exit 1
      for entry in "$sheaf_code/$folder"/*; do ln -s -t "$sheaf_tree/$folder" -- "$entry" || exit 1; done
    else
      mkdir -p -- "$sheaf_tree/$folder" || exit 1
    fi
  done
)`;

const LINK = `\
# What is not in the snapshot is seen through a link.
sheaf_link() {
  [ -e "$SHEAF_PROJECT/$1" ] ||
    sheaf_stop "code.link names $1, and the project has no such path: make it, or take it out of code.link"
  [ -e "$sheaf_tree/$2" ] || [ -L "$sheaf_tree/$2" ] || ln -s -- "$SHEAF_PROJECT/$1" "$sheaf_tree/$2" || exit 1
}`;

const COPY = `\
# Where the snapshot has a link, the program writes into a copy of what that leads to.
sheaf_copy() {
  [ -e "$sheaf_code/$2" ] ||
    sheaf_stop "code.copy names $1, and the snapshot has no such path: correct code.copy"
  [ -L "$sheaf_tree/$2" ] || return 0
  if ! { rm -- "$sheaf_tree/$2" && cp -RH -- "$sheaf_code/$2" "$sheaf_tree/$2" && chmod -R u+w -- "$sheaf_tree/$2"; }; then
    sheaf_copy_failed
  fi
}`;

/**
 * The name `work` is given to a whole tree. What an earlier run in this folder wrote is kept, and what is missing is added:
 * hard links appear whole, and lead into a tree of this run. `work.code` says which checkout it is a copy of, and which
 * paths of the project are no code: the job needs both at its end.
 */
const USE_TREE = `\
sheaf_use_tree() {
  printf '%s\\0' "$@" > "$SHEAF_OUT/work.code" || sheaf_copy_failed
  if [ -d "$sheaf_work" ]; then
    # What is there stays.
    cp -R --link --no-clobber -- "$sheaf_tree/." "$sheaf_work" 2>/dev/null
    (
      cd -- "$sheaf_tree" || exit 1
      unset GLOBIGNORE # which turns dotglob off
      shopt -s dotglob globstar nullglob
      for entry in **; do [ -e "$sheaf_work/$entry" ] || [ -L "$sheaf_work/$entry" ] || exit 1; done
    ) || sheaf_copy_failed
    sheaf_remove_tree
  else
    mv -T -- "$sheaf_tree" "$sheaf_work" || sheaf_copy_failed
  fi
  if [ $((SECONDS - sheaf_began)) -ge 5 ]; then
    printf 'sheaf: copying the code took %d s; folders with data can be linked instead (code: link)\\n' $((SECONDS - sheaf_began)) >&2
  fi
}`;
