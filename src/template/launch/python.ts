import type { Conda, Modules } from '../../core/settings/run-settings.ts';
import { quoteArgument, quoteWords } from '../shell/quote.ts';
import { quotePath } from './paths.ts';
import { requireTest, renderStop } from './stop.ts';

/** Environment modules; the command `module` is a function of the shell, which jobs often start without. */
export function renderModuleLines({ purge, use, load }: Modules): string[] {
  const lines = [
    ...(purge ? ['module purge'] : []),
    ...use.map((folder) =>
      requireTest(`module use ${quotePath(folder)}`, `the folder of modules ${folder} cannot be used`),
    ),
    ...load.map((name) =>
      requireTest(
        `module load ${quoteArgument(name)}`,
        `the module ${name} cannot be loaded: see module avail, and correct environment.modules`,
      ),
    ),
  ];
  return lines.length === 0 ? [] : [MODULE, ...lines];
}

const MODULE = `\
if ! type module >/dev/null 2>&1; then
  for sheaf_file in "\${MODULESHOME:-}/init/bash" "\${LMOD_PKG:-}/init/bash" "\${LMOD_CMD%/libexec/lmod}/init/bash" \\
    /etc/profile.d/modules.sh /etc/profile.d/lmod.sh /usr/share/modules/init/bash /usr/share/lmod/lmod/init/bash; do
    # shellcheck disable=SC1090
    if [ -r "$sheaf_file" ]; then . "$sheaf_file" && break; fi
  done
fi
type module >/dev/null 2>&1 ||
  ${renderStop('this run wants modules, and there is no command "module" on this machine: take environment.modules out')}`;

const CONDA_FOLDERS = ['miniconda3', 'miniforge3', 'mambaforge', 'anaconda3'];

/** Activates a conda environment. `conda info --base` would tell the root, and takes a second. */
export function renderCondaLines({ env, root }: Conda): string[] {
  const isPath = env.includes('/');
  const folder = quotePath(env);
  return [
    ...(root === undefined
      ? FOUND_CONDA
      : [
          `sheaf_conda=${quotePath(root)}`,
          requireTest(CONDA_THERE, `there is no conda in ${root}: correct environment.conda.root`),
        ]),
    ...(isPath
      ? [
          requireTest(
            `[ -d ${folder}/conda-meta ]`,
            `there is no conda environment in ${env}: make it, or correct environment.conda`,
          ),
        ]
      : []),
    '# shellcheck disable=SC1091',
    '. "$sheaf_conda/etc/profile.d/conda.sh"',
    requireTest(
      `conda activate ${isPath ? folder : quoteArgument(env)}`,
      `the conda environment ${env} cannot be activated: see conda env list, and correct environment.conda`,
    ),
  ];
}

const CONDA_THERE = '[ -r "$sheaf_conda/etc/profile.d/conda.sh" ]';

const FOUND_CONDA = [
  `\
sheaf_conda=$(type -P conda || printf '%s' "\${CONDA_EXE:-}")
for sheaf_conda in "\${sheaf_conda%/*/conda}" ${CONDA_FOLDERS.map((name) => `"$HOME/${name}"`).join(' ')} \\
  ${['/opt/conda', ...CONDA_FOLDERS.map((name) => `/opt/${name}`)].join(' ')}; do
  if ${CONDA_THERE}; then break; fi
done`,
  requireTest(
    CONDA_THERE,
    'conda is nowhere to be found: load its module, or name its folder in environment.conda.root',
  ),
];

/** The line that makes a virtual environment with what is required of it, typed in the project. */
export function makeVenvLine(folder: string, requires: readonly string[] = []): string {
  const path = quoteArgument(folder);
  const install = requires.length === 0 ? '' : ` && ${path}/bin/python3 -m pip install ${quoteWords(requires)}`;
  return `python3 -m venv ${path}${install}`;
}

/** The folder of the virtual environment of a uv project. */
export function getUvVenv(folder: string): string {
  return `${folder}/.venv`.replace(/^(?:\.\/+)+/, '').replace(/\/+/g, '/');
}

/** The line that makes it. */
export function makeUvLine(folder: string): string {
  return `uv sync --project ${quoteArgument(folder)}`;
}

/** @param how the line that makes it */
export function renderVenvLines(folder: string, how: string): string[] {
  const path = quotePath(folder);
  return [
    requireTest(
      `[ -x ${path}/bin/python ]`,
      `there is no usable virtual environment in ${folder}: make it with: ${how}`,
    ),
    // What its activate does; that breaks when the folder was moved, or has quotes in its name.
    `export VIRTUAL_ENV=${path} PATH=${path}/bin:"$PATH"`,
    'unset PYTHONHOME',
  ];
}

/** A job has often no network, and many jobs must not change one environment at once. */
export function renderUvLines(folder: string): string[] {
  const venv = getUvVenv(folder);
  return [
    ...renderVenvLines(venv, makeUvLine(folder)),
    `export UV_PROJECT_ENVIRONMENT=${quotePath(venv)} UV_NO_SYNC=1 UV_OFFLINE=1`,
  ];
}
