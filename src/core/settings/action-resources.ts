/** The resources that a page of the dashboard may set; it sets no other reserved key of a template. */
export const ACTION_RESOURCES = [
  'partition',
  'account',
  'qos',
  'num_nodes',
  'num_gpus',
  'cpus_per_task',
  'mem',
  'time_limit',
] as const;
