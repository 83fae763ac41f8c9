/** A real Slurm cluster on this computer, for tests and demonstrations. */
export {
  defaultDir,
  openCluster,
  startCluster,
  stopCluster,
  stopRemnants,
  type Cluster,
  type ClusterOptions,
} from './cluster.ts';
export type { Daemon, DaemonName } from './daemons.ts';
export { installPackages, whyNoCluster } from './install.ts';
