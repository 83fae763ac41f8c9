/** Which experiments: names, a query, a sweep; together they narrow. */
interface Chosen {
  readonly ids?: readonly string[];
  readonly where?: string;
  readonly sweep?: string;
}

/** Which rows of a table, and in which order. */
interface Rows {
  readonly where?: string;
  readonly sweep?: string;
  readonly status?: readonly string[];
  /** Tags that each must have. */
  readonly tags?: readonly string[];
  readonly templates?: readonly string[];
  readonly sort?: { readonly field: string; readonly descending: boolean };
  readonly archived?: boolean;
}

/** A table. */
interface Listing extends Rows {
  /** A saved view, which gives what the call does not. */
  readonly view?: string;
  readonly columns?: readonly string[];
}

interface Placing {
  readonly stage?: string;
  readonly maxParallel?: number;
  readonly advise?: boolean;
  readonly hold?: boolean;
  /** Resources of this attempt, by their key. */
  readonly set?: { readonly [key: string]: string };
  readonly wait?: boolean;
}

interface Making {
  /** Values by their path: `{ 'optimizer.lr': '0.1' }`. */
  readonly set?: { readonly [path: string]: string };
  readonly description?: string;
  readonly tags?: readonly string[];
}

interface Space {
  /** Values with commas between them, by parameter. */
  readonly grid?: { readonly [parameter: string]: string };
  readonly zip?: { readonly [parameter: string]: string };
  readonly random?: number;
  /** Distributions, by parameter: `{ lr: 'loguniform(1e-5,1e-1)' }`. */
  readonly draw?: { readonly [parameter: string]: string };
  readonly randomSeed?: number;
  readonly submit?: boolean;
  readonly maxParallel?: number;
}

/** How a sweep goes on by itself. */
export interface SearchFlags {
  readonly metric?: string;
  /** `random`, `tpe`, or `exec:` with a command. */
  readonly by?: string;
  readonly stop?: string;
  readonly fromStep?: number;
  readonly toStep?: number;
  readonly eta?: number;
  readonly keep?: number;
  /** Whether members are paused rather than stopped: `true` or `false`. */
  readonly pause?: string;
  /** How many members are queued ahead, or `auto`. */
  readonly lead?: string;
  /** How many of the best, and how many seeds: `5:3`. */
  readonly confirm?: string;
}

/**
 * Commands with what they are given, by their name as typed. A key is a flag in camel case, or one of the arguments that
 * `ARGUMENTS` lists. `false` and empty lists are as good as nothing.
 */
export interface Calls {
  readonly status: Chosen;
  /** `limit` 0: all. */
  readonly list: Listing & { readonly limit?: number; readonly saveView?: string };
  readonly show: {
    readonly id: string;
    readonly origin?: boolean;
    readonly script?: boolean;
    readonly events?: boolean;
  };
  readonly compare: Rows & {
    readonly ids?: readonly string[];
    readonly limit?: number;
    readonly allValues?: boolean;
    readonly groupBy?: readonly string[];
    /** With `groupBy`: metrics. */
    readonly columns?: readonly string[];
    readonly test?: 'welch' | 'paired';
    readonly pairBy?: readonly string[];
  };
  readonly diff: { readonly a: string; readonly b: string };
  readonly checkout: { readonly id: string; readonly folder: string };
  readonly logs: Chosen & {
    readonly attempt?: number;
    readonly stage?: string;
    readonly lines?: number;
    readonly out?: boolean;
    readonly err?: boolean;
    readonly follow?: boolean;
  };
  readonly harvest: Chosen & { readonly all?: boolean; readonly live?: boolean; readonly discover?: boolean };
  readonly export: Listing & {
    readonly file: string;
    readonly groupBy?: readonly string[];
    readonly stats?: readonly string[];
    readonly format?: string;
    readonly best?: readonly string[];
    readonly caption?: string;
    readonly label?: string;
    readonly update?: boolean;
    readonly raw?: boolean;
  };
  readonly plot: Omit<Rows, 'sort'> & {
    readonly metric: string;
    readonly ids?: readonly string[];
    readonly output?: string;
    readonly terminal?: boolean;
    readonly kind?: string;
    readonly groupBy?: readonly string[];
    readonly x?: string;
    readonly band?: string;
    readonly smooth?: number;
    readonly logX?: boolean;
    readonly logY?: boolean;
    readonly symlogX?: boolean;
    readonly symlogY?: boolean;
    readonly size?: string;
    readonly title?: string;
  };
  readonly 'checkpoints list': Chosen & {
    readonly metric?: string;
    readonly pinned?: boolean;
    readonly limit?: number;
  };
  readonly 'checkpoints best': Chosen & { readonly metric: string; readonly max?: boolean; readonly min?: boolean };
  readonly 'checkpoints pin': {
    readonly id: string;
    /** A step, `best` or `newest`. */
    readonly step: string;
    readonly as: string;
    readonly metric?: string;
    readonly max?: boolean;
    readonly min?: boolean;
  };
  readonly 'checkpoints unpin': { readonly name: string };
  readonly 'template list': { readonly builtin?: boolean };
  readonly 'template show': { readonly template: string };
  readonly new: Making & { readonly template: string; readonly expId?: string; readonly notes?: string };
  readonly clone: Making & { readonly id: string; readonly newId?: string; readonly fresh?: boolean };
  readonly rerun: { readonly id: string; readonly expId?: string };
  readonly sweep: Making &
    Space &
    SearchFlags & {
      readonly template: string;
      readonly name?: string;
      readonly id?: string;
      /** How many members are proposed. */
      readonly search?: number;
    };
  readonly 'sweep show': {
    readonly name: string;
    readonly decisions?: boolean;
    readonly importance?: boolean;
    readonly metric?: string;
    readonly max?: boolean;
    readonly min?: boolean;
  };
  readonly 'sweep extend': Space & { readonly name: string };
  /** `maxParallel` 0: no limit. */
  readonly 'sweep set': SearchFlags & {
    readonly name: string;
    readonly maxParallel?: number;
    readonly trials?: number;
  };
  readonly submit: Chosen & Placing & { readonly after?: readonly string[]; readonly dryRun?: boolean };
  readonly retry: Chosen & Placing & { readonly fresh?: boolean };
  readonly wait: Chosen;
  /** `stop`: why they end softly. */
  readonly cancel: Chosen & { readonly stop?: string };
  readonly hold: Chosen;
  readonly release: Chosen;
  readonly requeue: Chosen;
  readonly tag: Chosen & { readonly add?: readonly string[]; readonly remove?: readonly string[] };
  readonly note: Chosen & { readonly text: string };
  readonly archive: Chosen & { readonly undo?: boolean };
  readonly partitions: { readonly probe?: boolean };
  readonly advise: {
    readonly target?: string;
    readonly stage?: string;
    readonly like?: string;
    readonly globalBatch?: number;
    readonly maxMicroBatch?: number;
    readonly gpus?: number;
    /** Of a template, values by their path; of an experiment, only `partition`. */
    readonly set?: { readonly [path: string]: string };
  };
  readonly efficiency: Chosen & { readonly limit?: number };
  readonly doctor: object;
}

/** A command with what it is given: `{ command: 'list', where: 'status = failed', columns: ['exp_id', 'lr'] }`. */
export type Call = {
  readonly [C in keyof Calls]: Calls[C] & {
    readonly command: C;
    /** Answer with the JSON document. */
    readonly json?: boolean;
    /** Answer yes to every question. */
    readonly yes?: boolean;
  };
}[keyof Calls];

/** The keys that are no flags, in the order of their places. */
export const ARGUMENTS: { readonly [command in keyof Calls]: readonly string[] } = {
  status: ['ids'],
  list: [],
  show: ['id'],
  compare: ['ids'],
  diff: ['a', 'b'],
  checkout: ['id', 'folder'],
  logs: ['ids'],
  harvest: ['ids'],
  export: ['file'],
  plot: ['metric', 'ids'],
  'checkpoints list': ['ids'],
  'checkpoints best': ['metric', 'ids'],
  'checkpoints pin': ['id', 'step'],
  'checkpoints unpin': ['name'],
  'template list': [],
  'template show': ['template'],
  new: ['template'],
  clone: ['id', 'newId'],
  rerun: ['id'],
  sweep: ['template'],
  'sweep show': ['name'],
  'sweep extend': ['name'],
  'sweep set': ['name'],
  submit: ['ids'],
  retry: ['ids'],
  wait: ['ids'],
  cancel: ['ids'],
  hold: ['ids'],
  release: ['ids'],
  requeue: ['ids'],
  tag: ['ids'],
  note: ['ids', 'text'],
  archive: ['ids'],
  partitions: [],
  advise: ['target'],
  efficiency: ['ids'],
  doctor: [],
};
