import { basename, dirname, join } from 'node:path';
import { quoteShellWord } from '../../core/text/bash.ts';
import type { Environment } from '../../core/value.ts';
import { getFileFacts, readTextIfThere, realPath, runCommand } from '../../system/index.ts';
import { findOnPath } from '../project/detect.ts';
import type { DoctorFinding } from '../project/types.ts';

/** A person waits for it. */
const LIMIT_MS = 5_000;

const NEEDED_BASH = '4.4';

/**
 * Checks the programs that sheaf starts, whether the shell finds sheaf, and completion.
 *
 * @param file of the sheaf that runs
 */
export async function examinePrograms(env: Environment, version: string, file: string): Promise<DoctorFinding[]> {
  return [
    await bash(env),
    await present('python3', 'records of the environment of a run have no Python packages', env),
    await present('git', 'the code of a run is kept as a copy of its files', env),
    await command(env, version, file),
    ...completion(env),
  ];
}

/** Whether a version such as `2.17` comes before another one. */
export function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [thanMajor = 0, thanMinor = 0] = than.split('.').map(Number);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}

async function bash(env: Environment): Promise<DoctorFinding> {
  const found = await versionOf('bash', env);
  const fix = `install bash ${NEEDED_BASH} or newer, and put it first on the PATH`;
  if (found === undefined)
    return { level: 'problem', what: 'bash is not on the PATH: jobs of this machine need it', fix };
  return isOlder(found, NEEDED_BASH)
    ? { level: 'problem', what: `bash ${found} is older than ${NEEDED_BASH}, which jobs need`, fix }
    : { level: 'ok', what: `bash ${found} (jobs need ${NEEDED_BASH})` };
}

/** @param consequence without it */
async function present(program: string, consequence: string, env: Environment): Promise<DoctorFinding> {
  const found = await versionOf(program, env);
  const where = findOnPath(program, env);
  return found === undefined || where === undefined
    ? { level: 'note', what: `${program} is not on the PATH: ${consequence}` }
    : { level: 'ok', what: `${program} ${found}: ${where}` };
}

async function command(env: Environment, version: string, file: string): Promise<DoctorFinding> {
  const where = findOnPath('sheaf', env);
  if (where === undefined)
    return {
      level: 'problem',
      what: 'there is no sheaf on the PATH',
      fix: `for this shell, or for all shells in ~/.bashrc: ${putOnPath(file, env)}`,
    };
  const found = await versionOf('sheaf', env);
  return found === version
    ? { level: 'ok', what: `sheaf on the PATH: ${where}` }
    : {
        level: 'problem',
        what: `the sheaf on the PATH is another one: ${where}, ${found === undefined ? 'which does not start' : `version ${found}`}`,
        fix: 'remove it, or put the folder of the right one before it on the PATH',
      };
}

/** The command that lets a shell find this file as `sheaf`: where uv tool and pipx link to it, or where it is. */
function putOnPath(file: string, { HOME: home = '' }: Environment): string {
  const linked = join(home, '.local/bin');
  if (isSameFile(join(linked, 'sheaf'), file)) return prepend(linked);
  const folder = dirname(file);
  if (basename(file) === 'sheaf') return prepend(folder);
  return `ln -s ${quoteShellWord(basename(file))} ${quoteShellWord(join(folder, 'sheaf'))} && ${prepend(folder)}`;
}

function prepend(folder: string): string {
  return `export PATH=${quoteShellWord(folder)}:"$PATH"`;
}

function isSameFile(a: string, b: string): boolean {
  return [a, b].every((path) => getFileFacts(path, { follow: true })) && realPath(a) === realPath(b);
}

async function versionOf(program: string, env: Environment): Promise<string | undefined> {
  const { exitCode, stdout } = await runCommand([program, '--version'], { timeoutMs: LIMIT_MS, env });
  return exitCode === 0 ? /\d+(?:\.\d+)+\S*/.exec(stdout)?.[0].replace(/\(.*/, '') : undefined;
}

/** Files that a shell reads at its start, and the line that they need. */
const SHELLS: { readonly [shell: string]: { readonly files: readonly string[]; readonly line: string } } = {
  bash: {
    files: ['.bashrc', '.bash_profile', '.bash_completion', '.local/share/bash-completion/completions/sheaf'],
    line: `echo 'source <(sheaf completion bash)' >> ~/.bashrc`,
  },
  zsh: { files: ['.zshrc'], line: `echo 'source <(sheaf completion zsh)' >> ~/.zshrc` },
  fish: {
    files: ['.config/fish/completions/sheaf.fish', '.config/fish/config.fish'],
    line: 'sheaf completion fish > ~/.config/fish/completions/sheaf.fish',
  },
};

function completion({ HOME: home = '', SHELL: path = '' }: Environment): DoctorFinding[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const shell = Object.hasOwn(SHELLS, name) ? SHELLS[name] : undefined;
  if (shell === undefined) return [];
  return shell.files.some((file) => (readTextIfThere(join(home, file)) ?? '').includes('sheaf'))
    ? [{ level: 'ok', what: `completion for ${name} is set up` }]
    : [{ level: 'note', what: `completion for ${name} is not set up`, fix: shell.line }];
}
