import { getContainer } from './container.ts';
import { quoteArgument } from '../shell/quote.ts';
import { AGENT_NAMES, getAgent, MEETING, type Agent } from './agents.ts';
import { processesPerNode, type LaunchStage } from './processes.ts';
import { renderRequirementLines } from './requirements.ts';
import { getIgnoredSignal, SRUN_CHECK, renderSrunWords } from './srun.ts';

/** How a stage starts its program. All are shell text, to be followed by the words that are named. */
export interface Launch {
  /** Lines that look whether what is needed is there. */
  readonly checks: string;
  /** Lines that find out what only the job knows; the texts below use it. */
  readonly facts: string;
  /** Followed by a Python file: what `{{ launch }}` stands for. */
  readonly python: string;
  /** Followed by the name of a Python module. */
  readonly module: string;
  /** Followed by a program; empty when nothing is needed. */
  readonly program: string;
  /** Whether Python programs are started by an agent, which takes the place of `python3`. */
  readonly hasAgent: boolean;
  /** Programs that start processes by themselves: in a command they would do so twice. */
  readonly twice: readonly string[];
}

/** @param stage its texts rendered */
export function launchOf(stage: LaunchStage): Launch {
  const { resources, run } = stage;
  const use = run.launcher?.use ?? 'none';
  const agent = getAgent(stage);
  const container = getContainer(stage);
  const isSrun =
    use === 'srun' || container?.runtime === 'pyxis' || (agent !== undefined && (resources.num_nodes ?? 1) > 1);
  const srun = isSrun
    ? [
        [...renderSrunWords(stage), ...(use === 'srun' ? (run.launcher?.args ?? []).map(quoteArgument) : [])].join(' '),
        ...(container?.srun ?? []),
      ]
    : [];
  const deaf = isSrun && agent !== undefined ? getIgnoredSignal(resources.requeue) : undefined;
  const inContainer = container ? renderRequirementLines(stage) : [];
  const outer = [...srun, ...given(deaf, container?.exec)];
  return {
    checks: given(isSrun ? SRUN_CHECK : '', container?.checks, container ? '' : agentCheck(agent)).join('\n'),
    facts: given(container?.facts, ...inContainer, agent?.facts, use === 'srun' ? meetingOf(stage) : '').join('\n'),
    python: agent ? before([...outer, agent.text]) : [...outer, 'python3'].join(CONTINUED),
    module: agent
      ? before([...outer, `${agent.text} ${agent.beforeModule}`])
      : [...outer, 'python3 -m'].join(CONTINUED),
    program: before(agent ? [...outer, `${agent.text} ${agent.beforeProgram}`] : outer),
    hasAgent: agent !== undefined,
    twice: agent ? AGENT_NAMES.concat('srun', 'mpirun') : use === 'srun' ? ['srun', 'mpirun'] : [],
  };
}

/** Where processes meet that are tasks of srun; their rank is `SLURM_PROCID`. */
function meetingOf(stage: LaunchStage): string {
  const isAlone = processesPerNode(stage) * (stage.resources.num_nodes ?? 1) === 1;
  return isAlone ? '' : `${MEETING}\nexport MASTER_ADDR=$sheaf_host MASTER_PORT=$sheaf_port`;
}

const CONTINUED = ' \\\n  ';

/** A line for each layer; the words of the command follow, a blank before them. */
function before(layers: readonly string[]): string {
  return layers.map((layer) => `${layer} \\\n `).join(' ');
}

function given(...texts: readonly (string | undefined)[]): string[] {
  return texts.flatMap((text) => (text === undefined || text === '' ? [] : [text]));
}

function agentCheck(agent: Agent | undefined): string {
  if (agent === undefined) return '';
  const { program, comesWith } = agent;
  return `\
command -v ${program} >/dev/null ||
  sheaf_stop 'there is no ${program}, which comes with ${comesWith}: name what has it under environment: (conda, venv, modules …)'`;
}
