/** Facts of a real site, as compact as they can be: what its programs print is made from them. */
export interface Site {
  /** Which site with which Slurm, and where the facts are from. */
  readonly about: string;
  readonly cluster: string;
  /** When the facts were true, milliseconds since 1970: the clock of the play. */
  readonly atMs: number;
  /** Lines of `scontrol show config`, as far as they matter. */
  readonly config: string;
  /** One line for each partition, as `scontrol -o show partition` prints it. */
  readonly partitions: string;
  /**
   * One line for each kind of node, fields divided by ` | `: names as a list of hosts, partitions, state as `sinfo -O StateLong`
   * prints it, CPUs in use and in all, MiB in use and in all, GRES, GRES in use, features, reason.
   */
  readonly nodes: string;
  /** Of all nodes, as `uname -m` calls it; by default that of this machine. */
  readonly architecture?: string;
  /** What this user has, by the names of `sacctmgr show assoc format=…`. */
  readonly associations: readonly Row[];
  /** By the names of `sacctmgr show qos format=…`. */
  readonly qos: readonly Row[];
  /** Records of `scontrol -o show assoc_mgr`; the user in them is `user1(1001)`. */
  readonly controllerRecords?: string;
  /** Jobs of others, by the names of `squeue -O …`. */
  readonly queue?: readonly Row[];
  /** What `id -Gn` prints: groups of this user. */
  readonly groups?: string;
  /** What `sbatch --test-only` answers; by default a start in an hour, in the words of Slurm until 25.05. */
  readonly trial?: (words: readonly string[], atS: number) => Said;
  /** What `sbatch` answers to a script; by default it takes the job, and prints its id alone. */
  readonly submit?: (script: string, id: string) => Said;
}

export interface Row {
  readonly [column: string]: string;
}

/** What a program prints, and its exit code. */
export interface Said {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
}
