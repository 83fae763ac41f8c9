import type { LauncherName } from '../../core/settings/run-settings.ts';
import { quoteArgument } from '../shell/quote.ts';
import { processesPerNode, type LaunchStage } from './processes.ts';

/** A program that starts the processes of a node. */
export interface Agent {
  /** The program whose absence is reported early, and what installs it. */
  readonly program: string;
  readonly comesWith: string;
  /** Shell text: the program with its options. */
  readonly text: string;
  /** What follows it before the name of a module, or of a program that is not Python. */
  readonly beforeModule: string;
  readonly beforeProgram: string;
  /** Lines that find out what the text uses. */
  readonly facts: string;
}

export function getAgent(stage: LaunchStage): Agent | undefined {
  const { use = 'none', args = [] } = stage.run.launcher ?? {};
  return AGENTS[use]?.({ nodes: stage.resources.num_nodes ?? 1, processes: processesPerNode(stage), args });
}

interface Sizes {
  readonly nodes: number;
  readonly processes: number;
  readonly args: readonly string[];
}

const AGENTS: { readonly [use in LauncherName]?: (sizes: Sizes) => Agent } = { torchrun, accelerate, deepspeed };

/** Programs that start processes. */
export const AGENT_NAMES: readonly string[] = Object.keys(AGENTS);

function torchrun({ nodes, processes, args }: Sizes): Agent {
  const meeting =
    nodes === 1
      ? ['--standalone']
      : [
          `--nnodes=${nodes}`,
          '--rdzv-backend=c10d',
          '--rdzv-endpoint="$sheaf_host:$sheaf_port"',
          '--rdzv-id="$SLURM_JOB_ID.${SLURM_RESTART_COUNT:-0}"',
        ];
  return {
    program: 'torchrun',
    comesWith: 'PyTorch',
    text: ['torchrun', ...meeting, `--nproc-per-node=${processes}`, ...args.map(quoteArgument)].join(' '),
    beforeModule: '-m',
    beforeProgram: '--no-python',
    facts: nodes === 1 ? '' : MEETING,
  };
}

/** What accelerate runs instead of plain processes for several GPUs; a user's own choice counts. */
const ACCELERATE_KINDS = [
  '--config_file',
  '--multi_gpu',
  '--cpu',
  '--tpu',
  '--use_fsdp',
  '--use_deepspeed',
  '--use_megatron_lm',
];

function accelerate({ nodes, processes, args }: Sizes): Agent {
  const all = nodes * processes;
  const isChosen = args.some((arg) => ACCELERATE_KINDS.some((kind) => arg === kind || arg.startsWith(`${kind}=`)));
  const options = [
    ...(all > 1 && !isChosen ? ['--multi_gpu'] : []),
    `--num_machines=${nodes}`,
    `--num_processes=${all}`,
    ...(nodes === 1 ? [] : ['--main_process_ip="$sheaf_host"']),
    '--main_process_port="$sheaf_port"',
    ...args.map(quoteArgument),
  ];
  return {
    program: 'accelerate',
    comesWith: 'Hugging Face Accelerate',
    text:
      nodes === 1
        ? ['accelerate launch', ...options].join(' ')
        : onEachNode('accelerate launch --machine_rank', options),
    beforeModule: '--module',
    beforeProgram: '--no_python',
    facts: nodes === 1 ? PORT : MEETING,
  };
}

function deepspeed({ nodes, processes, args }: Sizes): Agent {
  const options = [
    ...(nodes === 1
      ? ['"${sheaf_gpus[@]}"']
      : ['--hostfile="$SHEAF_OUT/hostfile"', '--no_ssh', '--master_addr="$sheaf_host"']),
    '--master_port="$sheaf_port"',
    ...args.map(quoteArgument),
  ];
  return {
    program: 'deepspeed',
    comesWith: 'DeepSpeed',
    text: nodes === 1 ? ['deepspeed', ...options].join(' ') : onEachNode('deepspeed --node_rank', options),
    beforeModule: '--module',
    beforeProgram: '--no_python',
    facts: nodes === 1 ? `${PORT}\n${localGpus(processes)}` : `${MEETING}\n${hostfile(nodes, processes)}`,
  };
}

/** A program that gets the number of its node, which only its own process knows. */
function onEachNode(program: string, options: readonly string[]): string {
  return [`sh -c "exec ${program}=\\$SLURM_NODEID \\"\\$@\\"" sh`, ...options].join(' ');
}

const PORT = `\
# The processes meet at a free port; jobs on the same node begin to look at different ones.
sheaf_port=$((20000 + \${SLURM_JOB_ID:-$$} % 10000))
while (: <"/dev/tcp/127.0.0.1/$sheaf_port") 2>/dev/null; do
  sheaf_port=$((sheaf_port + 1))
done`;

/** The first node of a job, and a port of it. */
export const MEETING: string = `${PORT}
# It is a port of this node, the first of the job.
sheaf_host=$(uname -n)`;

/** Asked for a number of GPUs, deepspeed would take the first of the node, whichever are this job's. */
function localGpus(processes: number): string {
  return `\
# With CUDA_VISIBLE_DEVICES set, deepspeed takes just those; a number would make it take the first of the node.
sheaf_gpus=()
if [ -z "\${CUDA_VISIBLE_DEVICES:-}" ]; then sheaf_gpus=(--num_gpus=${processes}); fi`;
}

function hostfile(nodes: number, processes: number): string {
  const names = Array.from({ length: nodes }, (_, i) => `node${i}`).join(' ');
  return `\
# How many processes each node has. Nothing is reached by these names: srun starts deepspeed on every node.
printf '%s slots=${processes}\\n' ${names} >"$SHEAF_OUT/hostfile" || exit 1`;
}
