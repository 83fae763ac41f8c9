/**
 * Tables of the view. The text of a number in `value` is how it was written, if that differs from how it is written here; of
 * a metric that is NaN it is `nan`. Fields of the kind `missing` tell why a metric has no value.
 * `param` has the parameters of a configuration and how they were written, `config` all the rest. `final` has what tables of
 * many experiments need of `record`, which is several times as long: the values and reasons of the newest harvest.
 * `tally` counts experiments, removed ones left out; its `rules` is 0 for those without.
 * `ended` is of the stage that decides the status, `last_end` of the attempt that ended last.
 * `rules` is the row of `rule_set` with the versions of the rules of the newest harvest.
 * `version` has one row, see `changes.ts`; `changed` is the number of the change that wrote a row last.
 * Raise the version when they change: an older view is then deleted and rebuilt.
 */
export const VIEW_VERSION = 23;

export const TABLES = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE version (epoch INTEGER NOT NULL, changes INTEGER NOT NULL) STRICT;
  CREATE TABLE file (
    name TEXT PRIMARY KEY, writer TEXT NOT NULL, first TEXT NOT NULL, bytes INTEGER NOT NULL,
    lastEnd INTEGER NOT NULL, lastSum TEXT NOT NULL, stat TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE bad (
    name TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, why TEXT NOT NULL,
    PRIMARY KEY (name, start)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE experiment (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, changed INTEGER NOT NULL,
    live INTEGER NOT NULL, exp_id TEXT, created_stamp TEXT, created INTEGER,
    user TEXT, host TEXT, template TEXT, sweep TEXT, description TEXT, tags TEXT,
    status TEXT NOT NULL, cause TEXT, stage TEXT, archived INTEGER NOT NULL,
    token TEXT, array_index INTEGER, waiting TEXT, submitted INTEGER, started INTEGER, ended INTEGER, last_end INTEGER,
    stopped_at INTEGER,
    git_commit TEXT, branch TEXT,
    partition TEXT, num_nodes INTEGER, num_gpus INTEGER, setting INTEGER,
    results TEXT, seeds TEXT, setup INTEGER, rules INTEGER,
    start_key TEXT, start_from TEXT, pins INTEGER
  ) STRICT;
  CREATE TABLE tally (
    template TEXT NOT NULL, status TEXT NOT NULL, archived INTEGER NOT NULL, rules INTEGER NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (template, status, archived, rules)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE setting (id INTEGER PRIMARY KEY, json TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE rule_set (id INTEGER PRIMARY KEY, json TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE record (experiment INTEGER PRIMARY KEY, record TEXT NOT NULL) STRICT;
  CREATE TABLE param (experiment INTEGER PRIMARY KEY, param TEXT NOT NULL) STRICT;
  CREATE TABLE final (experiment INTEGER PRIMARY KEY, final TEXT NOT NULL) STRICT;
  CREATE TABLE config (experiment INTEGER PRIMARY KEY, config TEXT NOT NULL) STRICT;
  CREATE TABLE field (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (kind, name)) STRICT;
  CREATE TABLE value (
    field INTEGER NOT NULL, experiment INTEGER NOT NULL,
    type TEXT NOT NULL, number REAL, text TEXT,
    PRIMARY KEY (field, experiment)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE submission (
    token TEXT PRIMARY KEY, open INTEGER NOT NULL, job TEXT, record TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE sweep (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/**
 * Made after the first fold: sorting all rows once takes less time than finding the place of each.
 *
 * `experiment_facets` has a condition that no other query writes: SQLite would take it where it is slower.
 */
export const INDEXES = `
  CREATE INDEX IF NOT EXISTS experiment_by_name ON experiment (exp_id);
  CREATE INDEX IF NOT EXISTS experiment_by_age ON experiment (created);
  CREATE INDEX IF NOT EXISTS experiment_shown ON experiment (created) WHERE live = 1 AND archived = 0;
  CREATE INDEX IF NOT EXISTS experiment_open ON experiment (status) WHERE status IN ('queued', 'running');
  CREATE INDEX IF NOT EXISTS experiment_by_end ON experiment (ended) WHERE ended IS NOT NULL;
  CREATE INDEX IF NOT EXISTS experiment_by_last_end ON experiment (last_end) WHERE last_end IS NOT NULL;
  CREATE INDEX IF NOT EXISTS experiment_by_sweep ON experiment (sweep) WHERE sweep IS NOT NULL;
  CREATE INDEX IF NOT EXISTS experiment_unread ON experiment (template)
    WHERE live = 1 AND archived = 0 AND status = 'completed' AND results IS NOT 'current';
  CREATE INDEX IF NOT EXISTS experiment_by_start ON experiment (start_key) WHERE start_key IS NOT NULL;
  CREATE INDEX IF NOT EXISTS experiment_changed ON experiment (changed);
  CREATE INDEX IF NOT EXISTS experiment_facets
    ON experiment (template, sweep, status, cause, user, partition, tags, archived, live) WHERE live <> 0;
  CREATE INDEX IF NOT EXISTS experiment_pinned ON experiment (pins) WHERE pins IS NOT NULL;
  CREATE INDEX IF NOT EXISTS submission_open ON submission (open) WHERE open = 1;
`;
