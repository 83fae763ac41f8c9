import { expect, it } from 'vitest';
import { findLeavingLines } from './leaving-lines.ts';

const PLACE = { root: '/home/ada/my vision', home: '/home/ada', apart: ['experiments', 'data'] };

it.each([
  ['cd $SLURM_SUBMIT_DIR', 'delete that'],
  ['cd "${SLURM_SUBMIT_DIR}" || exit 1', 'delete that'],
  ['  cd ${SLURM_SUBMIT_DIR:-.}', 'delete that'],
  ['module load cuda && cd -- "$SHEAF_PROJECT"/', 'delete that'],
  ['cd "/home/ada/my vision"', 'delete that'],
  ['cd "$HOME/my vision/src"; python train.py', 'write the folder as src'],
  ['pushd "$SLURM_SUBMIT_DIR"/models', 'write the folder as models'],
  ['srun --chdir="$SLURM_SUBMIT_DIR" python train.py', 'delete that'],
  ['python -u "/home/ada/my vision/train.py" --lr 1', 'write ./train.py'],
  ['torchrun --nproc_per_node 4 $SLURM_SUBMIT_DIR/tools/train.py', 'write tools/train.py'],
  ['bash "$SHEAF_PROJECT/run.sh"', 'write ./run.sh'],
  ['$SLURM_SUBMIT_DIR/bin/train --lr 1', 'write bin/train'],
  ['export PYTHONPATH=$SLURM_SUBMIT_DIR/src:$PYTHONPATH', 'write PYTHONPATH="$PWD/src"'],
  ['PYTHONPATH="$PYTHONPATH:$SLURM_SUBMIT_DIR" python -m vision', 'write PYTHONPATH="$PWD"'],
])('a line that leaves the snapshot is found, and what to write instead: %s', (line, fix) => {
  const [found, ...more] = findLeavingLines(`echo begin\n${line}\necho end\n`, PLACE);
  expect(more).toEqual([]);
  expect(found?.line).toBe(line.trim());
  expect(found?.fix.startsWith(fix)).toBe(true);
});

it.each([
  'cd src && python train.py',
  'cd "$TMPDIR"',
  'cd "$SLURM_SUBMIT_DIR/data"',
  'cd /home/ada/my visions',
  'python train.py --data "$SLURM_SUBMIT_DIR/datasets" --out $SHEAF_PROJECT/experiments/x',
  'source "$SLURM_SUBMIT_DIR/.venv/bin/activate"',
  '$SLURM_SUBMIT_DIR/.venv/bin/python train.py',
  '# cd $SLURM_SUBMIT_DIR',
  'echo "submitted from $SLURM_SUBMIT_DIR"',
  'cp "$SLURM_SUBMIT_DIR/weights.pt" .',
])('a line that stays in it is not: %s', (line) => {
  expect(findLeavingLines(line, PLACE)).toEqual([]);
});
