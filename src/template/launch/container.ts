import { inputError } from '../../core/errors.ts';
import type { Container } from '../../core/settings/run-settings.ts';
import type { LaunchStage } from './processes.ts';
import { quoteArgument, quoteWords } from '../shell/quote.ts';
import { quotePath } from './paths.ts';
import { renderStop } from './stop.ts';
import { checkVariable } from './variables.ts';

/** How a program gets into a container. All are shell text. */
export interface ContainerLaunch {
  readonly runtime: Container['runtime'];
  /** Lines that look whether all is there. */
  readonly checks: string;
  /** Lines that find out what the texts use. */
  readonly facts: string;
  /** The words before the program. */
  readonly exec: string;
  /** Options for srun, with pyxis. */
  readonly srun: readonly string[];
}

/** @throws SheafError `container.overlays`, `environment.variable` for what no launch of it can have */
export function checkContainer({ runtime, overlays, env }: Container): void {
  Object.keys(env).forEach(checkVariable);
  if (runtime === 'pyxis' && overlays.length > 0)
    throw inputError('container.overlays', 'pyxis has no overlays', {
      fix: 'take environment.container.overlays out, or use apptainer',
    });
}

export function getContainer(stage: LaunchStage): ContainerLaunch | undefined {
  const container = stage.run.environment?.container;
  if (container === undefined) return undefined;
  return container.runtime === 'pyxis' ? pyxis(container) : apptainer(container, (stage.resources.num_gpus ?? 0) > 0);
}

/** Between options that have a line each, in a command of several lines. */
const CONTINUED = ' \\\n    ';

const SQUASHFS = /\.(?:sqf|sqfs|sqsh|squashfs)$/;

function apptainer(container: Container, hasGpus: boolean): ContainerLaunch {
  const { runtime, image, gpu = hasGpus ? 'nv' : 'none' } = container;
  const overlays = container.overlays.map(overlayOf);
  const binds = container.binds.map(bindOf);
  const words = [
    `"$sheaf_container" exec${gpu === 'none' ? '' : ` --${gpu}`}`,
    '--bind "$SHEAF_PROJECT" --bind "$SHEAF_DIR"',
    ...binds.map(({ word }) => `--bind ${word}`),
    ...overlays.map(({ word }) => `--overlay ${word}`),
    '--pwd "$PWD"',
    quoteWords(container.args),
    isReference(image) ? quoteArgument(image) : quotePath(image),
    environmentWords(container),
  ];
  return {
    runtime,
    srun: [],
    exec: words.filter((text) => text !== '').join(CONTINUED),
    facts: runtime === 'apptainer' ? FIND_APPTAINER : FIND_SINGULARITY,
    checks: [
      ...filesThere([...(isReference(image) ? [] : [image]), ...[...overlays, ...binds].map(({ file }) => file)]),
      PATHS_FIT,
    ].join('\n'),
  };
}

const FIND_APPTAINER = `\
sheaf_container=$(type -P apptainer || type -P singularity) ||
  ${renderStop('there is neither apptainer nor singularity on this machine: load its module under environment.modules')}`;

const FIND_SINGULARITY = `\
sheaf_container=$(type -P singularity) ||
  ${renderStop('there is no singularity on this machine: load its module under environment.modules, or set container.runtime')}`;

/** In a bind these separate paths, and there is no way to quote them. */
const PATHS_FIT = `\
case $SHEAF_PROJECT$SHEAF_DIR in
  *[,:^]*) ${renderStop('a container cannot be given a folder with a comma, a colon or ^ in its path: move the project')} ;;
esac`;

function filesThere(files: readonly string[]): string[] {
  if (files.length === 0) return [];
  return [
    `for sheaf_file in ${files.map(quotePath).join(' ')}; do`,
    '  [ -e "$sheaf_file" ] || sheaf_stop "the container needs $sheaf_file, which is not there: correct environment.container"',
    'done',
  ];
}

/** `docker://…` and the like. */
function isReference(image: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//.test(image);
}

interface Mounted {
  /** On the host. */
  readonly file: string;
  readonly word: string;
}

/** `file[:ro]`. A SquashFS image can only be read, and must be said to be. */
function overlayOf(overlay: string): Mounted {
  const file = overlay.replace(/:r[ow]$/, '');
  const mode = SQUASHFS.test(file) ? ':ro' : overlay.slice(file.length);
  return { file, word: quotePath(file) + mode };
}

/** `source[:destination[:options]]`. The root of a SquashFS image is what is wanted of it. */
function bindOf(bind: string): Mounted {
  const [file = '', ...rest] = bind.split(':');
  const wantsRoot = SQUASHFS.test(file) && rest.length > 0 && !bind.includes('image-src=');
  const options = [...rest, ...(wantsRoot ? [rest.length === 1 ? 'image-src=/' : ',image-src=/'] : [])]
    .join(':')
    .replace(':,', ',');
  return { file, word: quotePath(file) + (options === '' ? '' : quoteArgument(`:${options}`)) };
}

/**
 * Variables for the program in the container. `env` hands them on as they are; the options of the container programs
 * split values at commas and let a shell read them again.
 */
function environmentWords({ env }: Container): string {
  const names = Object.keys(env);
  return names.length === 0 ? '' : `env ${names.map((name) => quoteArgument(`${name}=${env[name] ?? ''}`)).join(' ')}`;
}

function pyxis(container: Container): ContainerLaunch {
  const { image, args } = container;
  const isFile = /^[./~]/.test(image) || SQUASHFS.test(image);
  const mounts = container.binds.map((bind) => {
    const { file, word } = bindOf(bind);
    return bind.includes(':') ? word : `${word}:${quotePath(file)}`;
  });
  return {
    runtime: 'pyxis',
    exec: environmentWords(container),
    srun: [
      `--container-image=${isFile ? quotePath(image) : quoteArgument(image)}`,
      `--container-mounts=${['"$SHEAF_PROJECT:$SHEAF_PROJECT,$SHEAF_DIR:$SHEAF_DIR"', ...mounts].join(',')}`,
      '--container-workdir="$PWD"',
      ...args.map(quoteArgument),
    ],
    facts: '',
    checks: [
      PYXIS_THERE,
      ...filesThere([...(isFile ? [image] : []), ...container.binds.map((bind) => bindOf(bind).file)]),
      PATHS_FIT,
    ].join('\n'),
  };
}

const PYXIS_THERE = `\
[[ $(srun --help 2>&1) == *--container-image* ]] ||
  ${renderStop('srun has no --container-image here, which pyxis adds to it: set container.runtime to apptainer')}`;
