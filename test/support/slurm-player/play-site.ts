/** Answers as the programs of a site would give them, in the columns that were asked for. */
import { machine } from 'node:os';
import { expandHostList } from '../../../src/scheduler/slurm/parse/hostlist.ts';
import type { PlayedJobs } from './played-jobs.ts';
import type { Row, Said, Site } from './site.ts';

export interface Call {
  readonly program: string;
  readonly words: readonly string[];
  readonly input: string;
  /** Seconds since 1970. */
  readonly atS: number;
}

const NO_PARTITION = 'sbatch: error: Batch job submission failed: Invalid partition name specified\n';

export function answerOfSite(site: Site, jobs: PlayedJobs, call: Call): Said {
  const { program, words } = call;
  switch (program) {
    case 'sinfo':
      return { stdout: columned(words, nodeRows(site)) };
    case 'scontrol':
      return { stdout: control(site, call) };
    case 'squeue':
      return { stdout: words.includes('--me') ? lettered(words, jobs.waiting()) : queue(site, words) };
    case 'sacctmgr':
      return { stdout: barred(words, words.includes('qos') ? site.qos : site.associations) };
    case 'sacct':
      if (site.config.includes('accounting_storage/none'))
        return { stderr: 'Slurm accounting storage is disabled\n', code: 1 };
      return { stdout: words.includes('-a') ? '' : accounted(words, jobs.accounted()) };
    case 'sbatch':
      return submit(site, jobs, call);
    case 'scancel':
      jobs.cancel(words);
      return {};
    case 'id':
      return { stdout: `${site.groups ?? 'users'}\n` };
    default:
      return { stderr: `${program}: this player has no answer\n`, code: 1 };
  }
}

function submit(site: Site, jobs: PlayedJobs, { words, input, atS }: Call): Said {
  if (words.includes('--test-only')) {
    const partition = words.find((word) => word.startsWith('--partition='))?.slice('--partition='.length);
    if (!site.partitions.includes(`PartitionName=${partition} `)) return { stderr: NO_PARTITION, code: 1 };
    const start = `sbatch: Job 1 to start at ${atS + 3600} using 1 processors on nodes n1 in partition ${partition}\n`;
    return site.trial?.(words, atS) ?? { stderr: start };
  }
  const id = jobs.nextId();
  const said = site.submit?.(input, id) ?? { stdout: `${id}\n` };
  if ((said.code ?? 0) === 0) jobs.add(input, words, atS);
  return said;
}

function control(site: Site, { words, input, atS }: Call): string {
  const asked = words.filter((word) => !word.startsWith('-')).join(' ');
  if (asked !== '') return controlAnswer(site, asked, atS);
  return `${input
    .split('\n')
    .map((line) => `scontrol: ${line === '' ? '' : controlAnswer(site, line, atS)}`)
    .join('')}\n`;
}

function controlAnswer(site: Site, asked: string, atS: number): string {
  if (asked === 'ping') return 'Slurmctld(primary) at ctl is UP\n';
  if (asked === 'show config') {
    return `Configuration data as of ${atS}\nClusterName             = ${site.cluster}\n${site.config.trim()}\n`;
  }
  if (asked === 'show node') return describeNodes(site);
  if (asked === 'show partition') return `${site.partitions.trim()}\n`;
  if (asked === 'show reservation') return 'No reservations in the system\n';
  if (asked.startsWith('show assoc_mgr')) {
    return `Current Association Manager state\n${site.controllerRecords?.trim() ?? 'Association Records\nQOS Records'}\n`;
  }
  return '';
}

/** The beginning of what `scontrol -o show node` prints. */
function describeNodes({ nodes, architecture = machine() }: Site): string {
  const hosts = nodes
    .trim()
    .split('\n')
    .flatMap((line) => expandHostList(line.split(' | ')[0] ?? ''));
  return hosts.map((host) => `NodeName=${host} Arch=${architecture} CoresPerSocket=1\n`).join('');
}

/** One row for each node and partition, as `sinfo -N` has them. */
function nodeRows({ nodes, partitions }: Site): Row[] {
  const byDefault = /^PartitionName=(\S+).* Default=YES/m.exec(partitions)?.[1];
  return nodes
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [hosts = '', names = '', state = '', cpus = '', memory = '', gres = '', used = '', ...rest] =
        line.split(' | ');
      const [cpusInUse = '0', cpusInAll = '0'] = cpus.split('/');
      const [memoryInUse = '0', memoryInAll = '0'] = memory.split('/');
      const away = /^(?:down|drain|fail|maint|reboot|inval|unk|future)/.test(state);
      const idle = Number(cpusInAll) - Number(cpusInUse);
      const shared = {
        Gres: gres,
        GresUsed: used,
        StateLong: state,
        CPUsState: `${cpusInUse}/${away ? 0 : idle}/${away ? idle : 0}/${cpusInAll}`,
        Memory: memoryInAll,
        AllocMem: memoryInUse,
        Features: rest[0] ?? '(null)',
        Reason: rest[1] ?? 'none',
      };
      return expandHostList(hosts).flatMap((NodeList) =>
        names.split(',').map((name): Row => ({
          NodeList,
          Partition: name === byDefault ? `${name}*` : name,
          ...shared,
        })),
      );
    });
}

function queue({ queue: rows = [] }: Site, words: readonly string[]): string {
  return words.includes('-O') ? columned(words, rows) : '';
}

/** Of `-O Column:\x1f,…`. A column that nobody wrote down is empty, as one without a value is. */
function columned(words: readonly string[], rows: readonly Row[]): string {
  const columns = (words[words.indexOf('-O') + 1] ?? '').split(',').map((column) => column.split(':'));
  return lines(rows.map((row) => columns.map(([name = '', after = '']) => `${row[name] ?? ''}${after}`).join('')));
}

/** Of `-o '%F %K'`. */
function lettered(words: readonly string[], rows: readonly Row[]): string {
  const format = words[words.indexOf('-o') + 1] ?? '';
  return lines(rows.map((row) => format.replace(/%(\w)/g, (_all, letter: string) => row[letter] ?? '')));
}

/** Of `format=a,b`. */
function barred(words: readonly string[], rows: readonly Row[]): string {
  const format = words.find((word) => word.startsWith('format='))?.slice('format='.length) ?? '';
  return lines(
    rows.map((row) =>
      format
        .split(',')
        .map((name) => row[name] ?? '')
        .join('|'),
    ),
  );
}

function accounted(words: readonly string[], rows: readonly Row[]): string {
  const names = (words[words.indexOf('-o') + 1] ?? '').split(',');
  const after = words[words.indexOf('--delimiter') + 1] ?? '|';
  return lines(rows.map((row) => names.map((name) => row[name] ?? '').join(after)));
}

function lines(rows: readonly string[]): string {
  return rows.map((row) => `${row}\n`).join('');
}
