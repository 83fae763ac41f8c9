import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAMS = ['sbatch', 'squeue', 'sacct', 'scontrol', 'sinfo', 'sacctmgr', 'scancel', 'sprio', 'sshare', 'srun'];

/** One start of a program of the scheduler. */
export interface CountedCall {
  readonly program: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** The words after its name. */
  readonly words: string;
}

/** Programs of Slurm that are counted before they run. */
export interface CountedPrograms {
  /** For PATH. */
  readonly path: string;
  /** All starts so far. */
  readonly calls: () => CountedCall[];
}

/** Makes a folder in which each program of Slurm is counted, then run. */
export function countPrograms(folder: string): CountedPrograms {
  const counted = join(folder, 'calls');
  mkdirSync(folder, { recursive: true });
  for (const program of PROGRAMS) {
    const path = join(folder, program);
    const line = `printf '%s %s %s\\n' ${program} "$(date +%s%3N)" "$*" >>'${counted}'`;
    writeFileSync(path, `#!/bin/sh\n${line}\nPATH=\${PATH#*:} exec ${program} "$@"\n`);
    chmodSync(path, 0o755);
  }
  return {
    path: `${folder}:${process.env['PATH'] ?? ''}`,
    calls: () => {
      const lines = existsSync(counted) ? readFileSync(counted, 'utf8').trim().split('\n') : [];
      // A word may have several lines.
      return lines.map(parseCall).filter(({ program }) => PROGRAMS.includes(program));
    },
  };
}

function parseCall(line: string): CountedCall {
  const [program = '', at = '', ...words] = line.split(' ');
  return { program, atMs: Number(at), words: words.join(' ') };
}
