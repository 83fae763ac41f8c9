/** `sheaf.yaml` of a new project. */
export function projectText(name: string, scheduler: string, experiments: string | undefined): string {
  return `# A sheaf project: the folder that holds this file. Commands find it upwards from where you are.
project: ${JSON.stringify(name)}

# Who runs the jobs. local: this machine does, in the background.
scheduler: ${scheduler}

# The folder that results go to; may lie on scratch: /scratch/you/${name.replace(/[^A-Za-z0-9_-]/g, '-')}
${experiments === undefined ? '# experiments: experiments' : `experiments: ${JSON.stringify(experiments)}`}

# What runs, for templates that have no command of their own. {{ flags }} stands for all parameters
# as --learning-rate 0.1 --batch-size 256; SHEAF_OUT is a folder of the run's own for what it writes.
# command: python3 train.py {{ flags }} --output "$SHEAF_OUT"

# Parameters that every template has unless it says otherwise.
# params:
#   seed: 0

# Columns of sheaf export when none are named.
# export:
#   columns: [exp_id, status, learning_rate, seed, accuracy]

# How much of this machine the local scheduler may use; all of it when left out.
# cluster:
#   local: { cpus: 4, gpus: 1 }
`;
}

/** A template to begin with. */
export const FIRST_TEMPLATE: string = `# A template: parameters with their defaults, resources, and what runs.
# sheaf new --exp-id first --template baseline --learning-rate 0.01
description: A first template

# Every key that sheaf does not know itself is a parameter that the training code receives.
# null means: must be given.
learning_rate: 0.1
batch_size: 64
epochs: 10
seed: 0

# Resources, for clusters and for this machine alike.
cpus_per_task: 1
time_limit: "01:00:00"

# What runs, in the project folder. These two lines stand in for your own training script:
# command: python3 train.py {{ flags }} --output "$SHEAF_OUT"
# {{ flags }} stands for --learning-rate 0.1 --batch-size 64 --epochs 10 --seed 0
command: |
  echo training with {{ flags }}
  echo "final accuracy: 0.{{ seed }}"

# What to take from the logs and files that a run leaves behind.
harvest:
  accuracy: { log: "final accuracy: (\\\\S+)" }
`;
