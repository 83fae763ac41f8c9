import { dirname, join } from 'node:path';
import { SheafError } from '../../core/errors.ts';
import { quoteShellWord } from '../../core/text/bash.ts';
import { formatList } from '../../core/text/phrases.ts';
import type { Environment } from '../../core/value.ts';
import type { SchedulerKinds } from '../../scheduler/index.ts';
import { privateFolder } from '../../store/index.ts';
import { getFileFacts, isFull, isMountedNoexec, isWritable, removePath } from '../../system/index.ts';
import { describeArchitectures } from './architectures.ts';
import { findInstallation, type Installation } from './installation.ts';
import { examinePrograms, isOlder } from './programs.ts';
import type { DoctorFinding } from '../project/types.ts';

export interface InstallationRequest {
  readonly env: Environment;
  /** Version of sheaf. */
  readonly version: string;
  /** Lowest version of Node that it runs on. */
  readonly neededNode: string;
  /** Schedulers beside those that come with sheaf. */
  readonly schedulers?: SchedulerKinds | undefined;
}

/** Node's builds for Linux need it since Node 18 (BUILDING.md of Node, "Platform list"). */
const NEEDED_GLIBC = '2.28';

/**
 * Checks how sheaf is installed: its Node and C library, the folders that it writes, the programs that it starts, the shell,
 * and the architecture of the nodes of the cluster. Needs no project.
 */
export async function examineInstallation(request: InstallationRequest): Promise<DoctorFinding[]> {
  const { env, version, neededNode } = request;
  const installation = findInstallation(env);
  const { how, path, runtime, nodeFrom, update } = installation;
  return [
    { level: 'ok', what: `sheaf ${version}, installed ${how}: ${path}` },
    { level: 'note', what: `a newer version is installed with: ${update}` },
    isOlder(runtime.node, neededNode)
      ? {
          level: 'problem',
          what: `Node ${runtime.node} is older than ${neededNode}`,
          fix: `install Node ${neededNode} or newer, and name it: export SHEAF_NODE=/path/to/node`,
        }
      : { level: 'ok', what: `Node ${runtime.node} ${nodeFrom}: ${runtime.program} (sheaf needs ${neededNode})` },
    ...glibc(runtime.glibc),
    ...compileCache(installation),
    localFolder(env),
    ...home(env),
    ...folderOfPrograms(installation),
    ...(await examinePrograms(env, version, installation.command)),
    ...(await describeArchitectures(runtime.architecture, env, request.schedulers)),
  ];
}

function glibc(found: string | undefined): DoctorFinding[] {
  if (found === undefined) return [];
  if (!isOlder(found, NEEDED_GLIBC))
    return [{ level: 'ok', what: `glibc ${found} (Node's own builds need ${NEEDED_GLIBC})` }];
  const what = `glibc ${found} is older than ${NEEDED_GLIBC}, which Node's own builds need: this Node is another build`;
  return [{ level: 'note', what: `${what}; keep SHEAF_NODE set to it` }];
}

/** A cache that cannot be written costs time and nothing else. */
function compileCache({ kind, runtime: { compileCache: folder } }: Installation): DoctorFinding[] {
  if (folder === undefined) {
    if (kind === 'single-file') return [];
    const fix = 'make ~/.cache a folder that you can write, or set XDG_CACHE_HOME to one';
    return [
      { level: 'problem', what: 'no folder for what Node compiles can be written: each start takes longer', fix },
    ];
  }
  return isWritable(folder) && isFull(folder)
    ? [full(folder, 'each start takes longer')]
    : [{ level: 'ok', what: `what Node compiles is kept in ${folder}` }];
}

function localFolder(env: Environment): DoctorFinding {
  const consequence = 'a project can be read, not changed';
  try {
    const folder = privateFolder('installation', env);
    if (folder === undefined) {
      const fix = 'set SHEAF_LOCAL_DIR to a folder of your own on a disk of this machine';
      return { level: 'problem', what: `no folder of this machine can hold views of projects: ${consequence}`, fix };
    }
    const isWithoutSpace = isFull(folder);
    removePath(folder);
    if (isWithoutSpace) return full(dirname(folder), consequence);
    return { level: 'ok', what: `views of projects are kept in ${dirname(folder)}` };
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    const { message, fix } = error.problems[0];
    return { level: 'problem', what: message, ...(fix === undefined ? {} : { fix }) };
  }
}

function full(folder: string, consequence: string): DoctorFinding {
  return {
    level: 'problem',
    what: `${folder} has no space left, or your quota is used up: ${consequence}`,
    fix: 'free some: uv cache clean, pip cache purge, npm cache clean --force; or move caches: UV_CACHE_DIR, PIP_CACHE_DIR',
  };
}

function home(env: Environment): DoctorFinding[] {
  const folder = env['HOME'];
  if (folder === undefined || getFileFacts(folder, { follow: true })?.kind !== 'folder')
    return [{ level: 'problem', what: 'HOME names no folder', fix: 'export HOME=/path/to/your/home' }];
  const findings: DoctorFinding[] = [];
  if (isMountedNoexec(folder))
    findings.push({
      level: 'note',
      what: `${folder} is mounted noexec: programs that uv, pipx or npm install there do not start`,
      fix: MOVE_PROGRAMS,
    });
  if (isWritable(folder) && isFull(folder)) findings.push(full(folder, 'nothing can be installed there'));
  return findings;
}

/** Node comes from elsewhere there, or sheaf could not run. */
function folderOfPrograms({ path }: Installation): DoctorFinding[] {
  const folder = getFileFacts(path)?.kind === 'folder' ? path : dirname(path);
  if (!isMountedNoexec(folder)) return [];
  const what = `${folder} is mounted noexec: the command sheaf in it starts only as: sh ${quoteShellWord(join(folder, 'bin/sheaf'))}`;
  return [{ level: 'problem', what, fix: MOVE_PROGRAMS }];
}

const MOVE_PROGRAMS = `install where programs may be executed, as in a scratch folder: ${formatList([
  'uv with UV_TOOL_DIR and UV_TOOL_BIN_DIR',
  'pipx with PIPX_HOME and PIPX_BIN_DIR',
  'npm with --prefix',
])}`;
