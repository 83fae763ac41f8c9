import { argument } from './shell/quote.ts';
import { need } from './environment/stop.ts';

/** Where the code of a run is. */
export type CodePlace = LiveCode | SnapshotCode;

/** In the project folder, as it is when the job runs. */
export interface LiveCode {
  readonly mode: 'live';
  /** What code it is, in words. */
  readonly about: string;
}

/** In a read-only checkout, which the run sees through links in a folder of its own. */
export interface SnapshotCode {
  readonly mode: 'snapshot';
  /** The checkout, relative to the project: `.sheaf/code/<tree>`. */
  readonly folder: string;
  /** The project's folder in the checkout: `''`, or `experiments/vision`. */
  readonly prefix: string;
  /** Paths in the project that are not in the snapshot, and are seen through links. */
  readonly link: readonly string[];
  /** Paths in the project that are copied from the snapshot, to be written to. */
  readonly copy: readonly string[];
  /** The git commit that it is, or that it differs from. */
  readonly commit?: string;
  readonly about: string;
}

/** The lines that make the place where the program runs, and enter it. */
export function codeLines(code: CodePlace): string {
  if (code.mode === 'live') return `# Code: ${comment(code.about)}. It runs in the project folder, as that is now.`;
  const [prefix, link, copy] = [segments(code.prefix), code.link.map(segments), code.copy.map(segments)];
  const folders = realFolders(
    prefix,
    [...link, ...copy].map((path) => [...prefix, ...path]),
  );
  const below = (root: string, path: readonly string[]): string => [root, ...path.map(argument)].join('/');
  return [
    `# Code: ${comment(code.about)}.`,
    '# The checkout is shared and read-only. The program runs in a folder of its own in which the entries of the checkout are',
    '# links, so that what it writes stays with this run.',
    `sheaf_code=${below('$SHEAF_PROJECT', segments(code.folder))} sheaf_work=$SHEAF_OUT/work`,
    need(
      '[ -d "$sheaf_code" ]',
      `the checkout of the code of this run is gone, ${code.folder}: sheaf submit makes it again`,
    ),
    `mkdir -p -- ${folders.map((path) => below('"$sheaf_work"', path)).join(' ')} || exit 1`,
    ...(link.length === 0 ? [] : [LINK, eachPath('sheaf_link', link, prefix)]),
    ...(copy.length === 0 ? [] : [COPY, eachPath('sheaf_copy', copy, prefix)]),
    ...(folders.length === 1 && copy.length === 0
      ? [SHOW_ALL]
      : [
          SHOW,
          `sheaf_show ${folders.map((path) => (path.length === 0 ? "''" : below('', path))).join(' ')} || exit 1`,
        ]),
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
    .map((path) => `${name} ${argument(path.join('/'))} ${argument([...prefix, ...path].join('/'))}`)
    .join('\n');
}

function comment(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
}

function segments(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '' && segment !== '.');
}

/** Folders that are no links: those on the way to the project and to what is linked or copied, parents first. */
function realFolders(prefix: readonly string[], given: readonly (readonly string[])[]): (readonly string[])[] {
  const ways = [prefix, ...given.map((path) => path.slice(0, -1))];
  const all = ways.flatMap((way) => way.map((_, i) => way.slice(0, i + 1)));
  return [...new Map([[], ...all].map((path) => [path.join('/'), path])).values()].toSorted(
    (a, b) => a.length - b.length,
  );
}

const LINK = `\
# What is not in the snapshot is seen through a link. What is there already was put there by an earlier run in this folder.
sheaf_link() {
  [ -e "$SHEAF_PROJECT/$1" ] ||
    sheaf_stop "code.link names $1, and the project has no such path: make it, or take it out of code.link"
  [ -e "$sheaf_work/$2" ] || [ -L "$sheaf_work/$2" ] || ln -s -- "$SHEAF_PROJECT/$1" "$sheaf_work/$2" || exit 1
}`;

/** Copied under another name first: what has the right name is whole. */
const COPY = `\
# What the program writes into is copied.
sheaf_copy() {
  [ -e "$sheaf_code/$2" ] ||
    sheaf_stop "code.copy names $1, and the snapshot has no such path: correct code.copy"
  [ -e "$sheaf_work/$2" ] && return
  rm -rf -- "$sheaf_work/$2.part"
  cp -RH -- "$sheaf_code/$2" "$sheaf_work/$2.part" || exit 1
  chmod -R u+w -- "$sheaf_work/$2.part" && mv -T -- "$sheaf_work/$2.part" "$sheaf_work/$2" || exit 1
}`;

/**
 * The common case: nothing in `work/` has the name of an entry of the checkout, but for links of an earlier run. In a
 * shell of its own, since what is set for it must not reach the program; GLOBIGNORE turns dotglob off.
 */
const SHOW_ALL = `\
(unset GLOBIGNORE && shopt -s dotglob && ln -sf -t "$sheaf_work" -- "$sheaf_code"/*) || exit 1`;

const SHOW = `\
sheaf_show() (
  unset GLOBIGNORE # which turns dotglob off
  shopt -s dotglob nullglob
  for folder; do
    missing=()
    for entry in "$sheaf_code$folder"/*; do
      shown=$sheaf_work$folder/\${entry##*/}
      [ -e "$shown" ] || [ -L "$shown" ] || missing+=("$entry")
    done
    for ((i = 0; i < \${#missing[@]}; i += 500)); do
      ln -s -t "$sheaf_work$folder" -- "\${missing[@]:i:500}" || exit 1
    done
  done
)`;
