import { STATUSES } from '../experiment/status.ts';
import type { Cause } from '../experiment/cause.ts';

/** What a field of the record holds. `time` is milliseconds since 1970; `flag` is a boolean. */
type FieldKind = 'text' | 'number' | 'time' | 'list' | 'flag';

/** A field that every experiment has beside its parameters and results. */
export interface RecordField {
  readonly name: string;
  readonly kind: FieldKind;
  /** One line for people. */
  readonly help: string;
  /** All values it can have, where they are few. */
  readonly choices?: readonly string[];
}

const CAUSES: { readonly [C in Cause]: true } = {
  exit_code: true,
  gpu_oom: true,
  host_oom: true,
  timeout: true,
  node_fail: true,
  preempted: true,
  launch: true,
  dependency: true,
  lost: true,
};

/** The fields of the record that queries, `--sort` and `--columns` know by name, in the order they are listed. */
export const RECORD_FIELDS: readonly RecordField[] = [
  { name: 'exp_id', kind: 'text', help: 'the name of the experiment' },
  { name: 'status', kind: 'text', help: 'what it has come to', choices: STATUSES },
  { name: 'cause', kind: 'text', help: 'why it failed', choices: Object.keys(CAUSES) },
  { name: 'stage', kind: 'text', help: 'the stage that decides the status' },
  { name: 'template', kind: 'text', help: 'the template it was made from' },
  { name: 'sweep', kind: 'text', help: 'the sweep it belongs to' },
  { name: 'tags', kind: 'list', help: 'its tags' },
  { name: 'description', kind: 'text', help: 'what it is for' },
  { name: 'user', kind: 'text', help: 'who made it' },
  { name: 'host', kind: 'text', help: 'where it was made' },
  { name: 'created', kind: 'time', help: 'when it was made' },
  { name: 'submitted', kind: 'time', help: 'when the newest attempt was handed to the scheduler' },
  { name: 'started', kind: 'time', help: 'when the newest attempt began' },
  { name: 'ended', kind: 'time', help: 'when the newest attempt ended' },
  { name: 'stopped_at', kind: 'number', help: 'the step of the rung at which its sweep stopped it' },
  { name: 'commit', kind: 'text', help: 'the git commit of its code' },
  { name: 'branch', kind: 'text', help: 'the git branch of its code' },
  {
    name: 'start_from',
    kind: 'text',
    help: 'the experiment whose checkpoint it starts from, and the step: pretrain@5000',
  },
  { name: 'archived', kind: 'flag', help: 'put away', choices: ['true', 'false'] },
  { name: 'job', kind: 'text', help: "the scheduler's id of the newest job, 409_17 for a task of an array" },
  { name: 'partition', kind: 'text', help: 'the partition asked for' },
  { name: 'num_nodes', kind: 'number', help: 'nodes asked for' },
  { name: 'num_gpus', kind: 'number', help: 'GPUs a node asked for' },
];

const BY_NAME: ReadonlyMap<string, RecordField> = new Map(RECORD_FIELDS.map((field) => [field.name, field]));

export function recordField(name: string): RecordField | undefined {
  return BY_NAME.get(name);
}
