import { countGpusInUse, countGpus, parseGres, parseSharedGpus, type GpuCounts, type Gres } from './gres.ts';

/** What a node has; this changes rarely. */
export interface SlurmNode {
  readonly name: string;
  readonly partitions: readonly string[];
  readonly cpus: number;
  /** 0: not known. */
  readonly memoryMib: number;
  readonly gres: readonly Gres[];
  readonly features: readonly string[];
}

/** What a node has and how much of it is in use now. */
export interface NodeUse extends SlurmNode {
  /** The word without its suffix: `idle`, `mixed`, `allocated`, `drained`, `down`, … */
  readonly state: string;
  /**
   * Signs after it: `*` does not answer, `~` is switched off, `#` is being switched on, `!` will be and `%` is being
   * switched off, `@` will be and `^` is being booted, `$` maintenance, `-` planned for a job.
   */
  readonly suffix: string;
  /** Jobs may start on it, now or when others end: a node that is switched off counts, it is switched on for them. */
  readonly usable: boolean;
  readonly gpusInUse: GpuCounts;
  /** Those of which others have a share. */
  readonly gpusShared: GpuCounts;
  /** On a node that takes no jobs: none. */
  readonly cpusIdle: number;
  /** What jobs have been given. */
  readonly memoryInUseMib: number;
  /** Why an administrator took it away. */
  readonly reason?: string;
}

/** In no value that Slurm prints: features, reasons and GRES may have any other sign. */
const SEPARATOR = '\u001f';

const COLUMNS = [
  'NodeList',
  'Partition',
  'Gres',
  'GresUsed',
  'StateLong',
  'CPUsState',
  'Memory',
  'AllocMem',
  'Features',
  'Reason',
];

/** The question for all nodes, in hidden partitions too: a row for each node and partition. */
export const NODES_ARGV: readonly [string, ...string[]] = [
  'sinfo',
  '-a',
  '-h',
  '-N',
  '-O',
  COLUMNS.map((column) => `${column}:${SEPARATOR}`).join(','),
];

/** Words of states in which no job starts, whatever ends. */
const UNUSABLE =
  /^(?:down|drain|drng|fail|inval|error|unk|maint|reserved|resv|future|blocked|perfctrs|reboot|power_down|powering_down)/;

/** Signs of nodes that take no jobs, whatever their word is. */
const AWAY = /[*$%^]/;
/** What is to be booted or switched off goes when it has no jobs; until then it takes more. */
const GOES_WHEN_IDLE = /[@!]/;

/** Reads what {@link NODES_ARGV} printed: each node once, with all its partitions. */
export function parseNodes(text: string): NodeUse[] {
  const nodes = new Map<string, NodeUse>();
  for (const line of text.split('\n')) {
    const fields = line.split(SEPARATOR).map((field) => field.trim());
    if (fields.length < COLUMNS.length || fields[0] === '') continue;
    const node = nodeOf(fields);
    const known = nodes.get(node.name);
    nodes.set(
      node.name,
      known === undefined ? node : { ...known, partitions: [...known.partitions, ...node.partitions] },
    );
  }
  return [...nodes.values()];
}

function nodeOf(fields: readonly string[]): NodeUse {
  const [name = '', partition = '', gres = '', used = '', state = '', cpus = '', memory = ''] = fields;
  const [memoryInUse = '', features = '', reason = ''] = fields.slice(7);
  const [, word = '', suffix = ''] = /^(\w*)(.*)$/.exec(state.toLowerCase()) ?? [];
  const [, idle = '', , total = ''] = cpus.split('/');
  const own = parseGres(gres);
  const goes = AWAY.test(suffix) || (GOES_WHEN_IDLE.test(suffix) && !/^(?:mix|alloc|comp)/.test(word));
  return {
    name,
    // The default one has a star.
    partitions: partition === '' ? [] : [partition.replace(/\*$/, '')],
    cpus: Number(total) || 0,
    memoryMib: knownMemory(Number(memory) || 0),
    gres: own,
    features: isNothing(features) ? [] : features.split(/[,&]/),
    state: word,
    suffix,
    usable: !UNUSABLE.test(word) && !goes,
    gpusInUse: countGpusInUse(countGpus(own), countGpus(parseGres(used))),
    gpusShared: parseSharedGpus(used),
    cpusIdle: Number(idle) || 0,
    memoryInUseMib: Number(memoryInUse) || 0,
    ...(isNothing(reason) ? {} : { reason }),
  };
}

/** A node whose memory Slurm does not know has 1 MiB (slurm.conf, RealMemory). */
function knownMemory(mib: number): number {
  return mib <= 1 ? 0 : mib;
}

/** GPUs of a node that a job could have whole, by type; whether it takes jobs is another question. */
export function countFreeGpus({ gres, gpusInUse: inUse, gpusShared }: NodeUse): GpuCounts {
  const counts = Object.entries(countGpus(gres));
  const [first] = counts;
  const free = counts.map(([type, count]) => {
    // Shares without a type are of the only type that there is.
    const shared = (gpusShared[type] ?? 0) + (type !== '' && type === first?.[0] ? (gpusShared[''] ?? 0) : 0);
    return [type, Math.max(0, count - (inUse[type] ?? 0) - shared)] as const;
  });
  return Object.fromEntries(free);
}

function isNothing(text: string): boolean {
  return text === '' || text === '(null)' || text === 'none' || text === 'N/A';
}

/** What stays when use is left out. */
export function toSlurmNode({ name, partitions, cpus, memoryMib, gres, features }: NodeUse): SlurmNode {
  return { name, partitions, cpus, memoryMib, gres, features };
}
