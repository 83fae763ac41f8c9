import type { Environment } from '../../../core/value.ts';
import { cpuCount, readTextIfThere, runCommand } from '../../../system/index.ts';

/** What one task takes. */
export interface Demand {
  readonly cpus: number;
  readonly gpus: number;
}

/** What the machine has to give: CPUs by number, GPUs by id. */
export interface MachineCapacity {
  readonly cpus: number;
  readonly gpus: readonly string[];
}

/** How many slots there are, as `sheaf.yaml` may say. */
export interface SlotSettings {
  readonly cpus?: number;
  readonly gpus?: number;
}

const NVIDIA_SMI_LIMIT_MS = 10_000;

/**
 * Counts what this machine has. `SHEAF_LOCAL_CPUS=2` and `SHEAF_LOCAL_GPUS=0,1` (ids; empty: none) go
 * before the settings, and these before what is found.
 */
export async function findMachine(settings: SlotSettings, env: Environment): Promise<MachineCapacity> {
  return { cpus: givenCpus(env) ?? settings.cpus ?? cpuCount(), gpus: await findGpus(settings, env) };
}

function givenCpus(env: Environment): number | undefined {
  const cpus = Number(env['SHEAF_LOCAL_CPUS'] ?? '');
  return Number.isInteger(cpus) && cpus > 0 ? cpus : undefined;
}

async function findGpus({ gpus }: SlotSettings, env: Environment): Promise<readonly string[]> {
  const given = env['SHEAF_LOCAL_GPUS'];
  if (given !== undefined)
    return given
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== '');
  if (gpus !== undefined) return firstIds(gpus);
  const { stdout, exitCode } = await runCommand(['nvidia-smi', '-L'], { timeoutMs: NVIDIA_SMI_LIMIT_MS });
  return exitCode === 0 ? firstIds(stdout.match(/^GPU \d+:/gm)?.length ?? 0) : [];
}

/** The memory of this machine, MiB; undefined if the machine does not report it. */
export function readMachineMemory(): number | undefined {
  return memoryLine('MemTotal');
}

/** What of it programs could have now, MiB. */
export function readFreeMemory(): number | undefined {
  return memoryLine('MemAvailable');
}

function memoryLine(name: string): number | undefined {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readTextIfThere('/proc/meminfo') ?? '')?.[1];
  return kib === undefined ? undefined : Math.floor(Number(kib) / 1024);
}

function firstIds(count: number): string[] {
  return Array.from({ length: count }, (_, id) => String(id));
}

/** The variables that tell a supervisor of the settings. */
export function slotVariables({ cpus, gpus }: SlotSettings, env: Environment): Record<string, string> {
  return {
    ...(cpus === undefined || givenCpus(env) !== undefined ? {} : { SHEAF_LOCAL_CPUS: String(cpus) }),
    ...(gpus === undefined || env['SHEAF_LOCAL_GPUS'] !== undefined
      ? {}
      : { SHEAF_LOCAL_GPUS: firstIds(gpus).join(',') }),
  };
}

/** A job that asks for more than there is now, since it was submitted under other settings, gets all there is. */
function fitted(demand: Demand, { cpus, gpus }: MachineCapacity): Demand {
  return { cpus: Math.min(demand.cpus, cpus), gpus: Math.min(demand.gpus, gpus.length) };
}

/** Which CPUs and GPUs are in use. */
export class Slots {
  readonly machine: MachineCapacity;
  #cpusInUse = 0;
  /** GPU id → how many tasks have it: more than one only after a start under other settings. */
  readonly #gpusInUse = new Map<string, number>();

  constructor(machine: MachineCapacity) {
    this.machine = machine;
  }

  /** Takes what a task needs, the GPUs with the lowest ids; undefined when it does not fit now. */
  take(demand: Demand): { cpus: number; gpus: readonly string[] } | undefined {
    const { cpus, gpus } = fitted(demand, this.machine);
    const free = this.machine.gpus.filter((id) => !this.#gpusInUse.has(id));
    if (this.#cpusInUse + cpus > this.machine.cpus || free.length < gpus) return undefined;
    const taken = { cpus, gpus: free.slice(0, gpus) };
    this.occupy(taken);
    return taken;
  }

  /** Takes what a running task has, even beyond what there is: it was started with other settings. */
  occupy({ cpus, gpus }: { cpus: number; gpus: readonly string[] }): void {
    this.#cpusInUse += cpus;
    for (const id of gpus) this.#gpusInUse.set(id, (this.#gpusInUse.get(id) ?? 0) + 1);
  }

  give({ cpus, gpus }: { cpus: number; gpus: readonly string[] }): void {
    this.#cpusInUse -= cpus;
    for (const id of gpus) {
      const others = (this.#gpusInUse.get(id) ?? 0) - 1;
      if (others > 0) this.#gpusInUse.set(id, others);
      else this.#gpusInUse.delete(id);
    }
  }

  /** Why something does not fit now. */
  shortageOf(demand: Demand): string {
    const { cpus, gpus } = fitted(demand, this.machine);
    const { length: total } = this.machine.gpus;
    const inUse = this.machine.gpus.filter((id) => this.#gpusInUse.has(id)).length;
    return gpus > total - inUse
      ? waits(gpus, 'GPU', inUse, total)
      : waits(cpus, 'CPU', this.#cpusInUse, this.machine.cpus);
  }
}

function waits(needed: number, what: string, inUse: number, total: number): string {
  return `waits for ${needed} ${what}${needed === 1 ? '' : 's'}; ${inUse} of ${total} in use`;
}
