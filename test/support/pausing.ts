/** A program that writes a value and a checkpoint at each of four steps, and waits for files between them. */
export const TRAIN: string = [
  'x=$1 step=0',
  'await() { until [[ -e $1 ]]; do sleep 0.1; done; }',
  '[[ -z $SHEAF_CHECKPOINT ]] || step=$(<"$SHEAF_CHECKPOINT")',
  'await "$SHEAF_PROJECT/start_$x"',
  'while ((step < 4)); do',
  '  step=$((step + 1))',
  '  echo "step=$step acc=0.$x$step"',
  '  echo "$step" >"$SHEAF_OUT/at_$step"',
  '  ((step == 4)) || await "$SHEAF_PROJECT/finish"',
  'done',
  '',
].join('\n');

/** A template of it: members that fall behind at rung 1 are paused. */
export const PAUSING: string = [
  'command: bash train.sh {{ x }}',
  'x: 1',
  'cpus_per_task: 1',
  "checkpoint: {files: 'at_{step}'}",
  "harvest: {acc: {log: 'step=(?<step>\\d+) acc=(?<value>\\S+)', mode: max}}",
  'search: {metric: acc, stop: {from: 1, to: 3, resume: true}}',
  '',
].join('\n');
