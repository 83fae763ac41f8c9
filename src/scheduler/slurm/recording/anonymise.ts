import { findNamedColumns, findNamedValues, type NameKind } from './names-in-answers.ts';
import type { RecordedQuestion } from './recording.ts';

/** The user, and what must not be recorded about them. */
export interface Asker {
  readonly user: string;
  readonly uid: number;
}

export interface Anonymised {
  readonly questions: readonly RecordedQuestion[];
  /** What the one who asked is called now, and by which number. */
  readonly asker: Asker;
  /** How many names of each kind were replaced. */
  readonly replaced: { readonly [kind in NameKind]?: number };
}

/** Names that identify nobody, and words of Slurm that an account may be called by. */
const NOBODY = new Set(
  `root slurm munge nobody all none normal default n/a (null) unlimited infinite gpu gpus cpu mem node nodes billing energy
  license shard mps up down idle mixed allocated drain drained draining pending running completed failed cancelled timeout
  batch extern yes no off on partition qos job jobs user users account accounts time start test debug`.split(/\s+/),
);
/** Names that are such words, or shorter, are replaced only in the fields that hold names. */
const ENGLISH = new Set(
  'to in on at is of or by an as be do go if it me my so up us we the and for not you are was has may can job jobs'.split(
    ' ',
  ),
);
const SHORTEST = 2;
const FIRST_UID = 1000;

/**
 * Replaces names of users, accounts, groups, reservations and jobs by `user1`, `account1`, …, the same one everywhere, in
 * paths and names of hosts too; user ids, e-mail addresses, words that look like secrets, and what administrators wrote
 * about nodes. Of the configuration of a cluster only what sheaf reads or a bug may depend on is kept.
 */
export function anonymise(questions: readonly RecordedQuestion[], asker: Asker): Anonymised {
  const found = [{ kind: 'user' as const, name: asker.user }, ...questions.flatMap(namesIn)];
  const aliases = new Aliases(questions, new Set(found.map(({ name }) => name)));
  aliases.uid(asker.uid);
  for (const { kind, name } of found) aliases.name(kind, name);
  return {
    questions: questions.map((question) => scrubbed(question, aliases)),
    asker: { user: aliases.name('user', asker.user), uid: aliases.uid(asker.uid) },
    replaced: aliases.counts(),
  };
}

function namesIn(question: RecordedQuestion): { readonly kind: NameKind; readonly name: string }[] {
  const texts = [question.stdout, question.stderr, question.argv.join(' '), question.input ?? ''];
  const columns = findNamedColumns(question.argv);
  const cells = columns === undefined ? [] : question.stdout.split('\n').flatMap((line) => columns.names(line));
  const found = [...cells, ...texts.flatMap(findNamedValues)];
  if (question.argv[0] !== 'id') return found;
  return [...found, ...question.stdout.split(/\s+/).map((name) => ({ kind: 'group' as const, name }))];
}

function scrubbed(question: RecordedQuestion, aliases: Aliases): RecordedQuestion {
  const { argv, stdout, stderr, input } = question;
  const columns = findNamedColumns(argv);
  const scrub = (text: string): string => withoutSecrets(aliases.replaceIn(text));
  const cells = columns?.replace(stdout, (kind, name) => aliases.name(kind, name)) ?? stdout;
  return {
    ...question,
    argv: argv.map(scrub),
    stdout: scrub(knownSettings(cells)),
    stderr: scrub(stderr),
    ...(input === undefined ? {} : { input: scrub(input) }),
  };
}

/** What each name is called instead. */
class Aliases {
  readonly #names = new Map<string, string>();
  readonly #anywhere = new Map<string, string>();
  readonly #uids = new Map<number, number>();
  readonly #counts = new Map<NameKind, number>();
  /** Names of fields and of resources: an account that is called like one cannot be replaced in all texts. */
  readonly #words: ReadonlySet<string>;

  /** Somebody may be called `user1`. */
  readonly #taken: ReadonlySet<string>;

  constructor(questions: readonly RecordedQuestion[], taken: ReadonlySet<string>) {
    this.#taken = taken;
    const texts = questions.map(({ argv, stdout }) => `${argv.join(' ')}\n${stdout}`);
    const keys = texts.flatMap((text) => [...text.matchAll(/([A-Za-z][\w/]*) *=(?!\{)/g)].map(([, key = '']) => key));
    const gres = texts.flatMap((text) =>
      [...text.matchAll(/\bg(?:pu|res\/[a-z]+):([\w.-]+)/g)].map(([, type = '']) => type),
    );
    this.#words = new Set([...keys, ...gres].map((word) => word.toLowerCase()));
  }

  name(kind: NameKind, name: string): string {
    if (NOBODY.has(name.toLowerCase()) || name === '' || /^\d+$/.test(name)) return name;
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const alias = this.#nextAlias(kind);
    this.#names.set(name, alias);
    const small = name.toLowerCase();
    const isWord = name.length < SHORTEST || ENGLISH.has(small) || this.#words.has(small);
    // What a job or a note is called may be any word.
    if (!isWord && kind !== 'job' && kind !== 'reason') this.#anywhere.set(name, alias);
    return alias;
  }

  #nextAlias(kind: NameKind): string {
    for (;;) {
      const number = (this.#counts.get(kind) ?? 0) + 1;
      this.#counts.set(kind, number);
      if (!this.#taken.has(`${kind}${number}`)) return `${kind}${number}`;
    }
  }

  uid(uid: number): number {
    if (uid === 0) return uid;
    const known = this.#uids.get(uid) ?? FIRST_UID + this.#uids.size + 1;
    this.#uids.set(uid, known);
    return known;
  }

  counts(): Anonymised['replaced'] {
    return Object.fromEntries(this.#counts);
  }

  /** In words such as `smith`, `smith_7`, `pi-smith.bak` and `smith01`; not in `blacksmith`. */
  replaceIn(text: string): string {
    const fields = text.replace(
      NAMED_FIELD,
      (_all, before: string, key: string, list: string) =>
        `${before}${key}${list.replace(/[^,+@()-][^,()]*/g, (name) => this.#names.get(name) ?? name)}`,
    );
    return fields
      .replace(/[A-Za-z0-9][\w.-]*/g, (word) => this.#inWord(word))
      .replace(
        /(CANCELLED by |\buid[= ]|-u )(\d+)\b/g,
        (_all, before: string, uid: string) => `${before}${this.uid(Number(uid))}`,
      )
      .replace(
        /(UserName=[^\s(]+|(?:^|\s)[\w.-]+(?=\(\d+\)\s*=?\s*\{))\((\d+)\)/g,
        (_all, name: string, uid: string) => `${name}(${this.uid(Number(uid))})`,
      )
      .replace(
        /(^|\s)(\d+)(?=\s*=?\s*\{)/g,
        (_all, before: string, uid: string) => `${before}${this.uid(Number(uid))}`,
      );
  }

  #inWord(word: string): string {
    const parts = word.split(/([_.-]+)/);
    const made: string[] = [];
    for (let from = 0; from < parts.length;) {
      let to = parts.length;
      while (to > from && this.#known(parts.slice(from, to).join('')) === undefined) to -= 1;
      const name = parts.slice(from, Math.max(to, from + 1)).join('');
      made.push(this.#known(name) ?? name);
      from = Math.max(to, from + 1);
    }
    return made.join('');
  }

  /** With the number of a host behind it, too. */
  #known(word: string): string | undefined {
    const whole = this.#anywhere.get(word);
    if (whole !== undefined) return whole;
    const [, name = '', digits = ''] = /^(.*\D)(\d+)$/.exec(word) ?? [];
    const alias = this.#anywhere.get(name);
    return alias === undefined ? undefined : `${alias}${digits}`;
  }
}

const NAMED_FIELD =
  /(^|[\s-])((?:UserName|Users?|Accounts?|ParentAccount|AllowAccounts|DenyAccounts|Groups|AllowGroups|DenyGroups|ReservationName|WCKeys?|reservation)=)([^\s|]*)/gi;

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g, 'someone@example.org'],
  [/\b((?:[\w-]*(?:passw(?:or)?d|secret|token|api_?key|credential)[\w-]*)\s*[=:]\s*)\S+/gi, '$1…'],
  [/\b(?:Comment|AdminComment|SystemComment|Description)=.*?(?=\s[A-Z]\w*=|$)/gm, 'Comment='],
  // The folder of a person who is named nowhere else.
  [/(\/(?:home|users?|scratch|work)\/)(?!(?:user|account|group)\d)[^\s/:;,'"]+/g, '$1someone'],
];

function withoutSecrets(text: string): string {
  return SECRETS.reduce((left, [pattern, instead]) => left.replace(pattern, instead), text);
}

/** Settings that sheaf reads, or that its answers may depend on. All others of a configuration are left out. */
const SETTINGS =
  /^(?:AccountingStorage(?:Enforce|TRES|Type)|ClusterName|Def(?:Mem|Cpu)\w+|MaxMem\w+|JobDefaults|JobRequeue|JobSubmitPlugins|EnforcePartLimits|GresTypes|KillWait|MaxArraySize|MaxJobCount|MaxTasksPerNode|MinJobAge|OverTimeLimit|Preempt(?:Mode|Type|ExemptTime)|Priority(?:Type|Flags|DecayHalfLife|Weight\w+)|PrivateData|ProctrackType|ResumeTimeout|ReturnToService|Scheduler(?:Parameters|Type)|Select(?:Type|TypeParameters)|SlurmctldTimeout|SLURM_VERSION|Suspend(?:Time|Timeout)|TaskPlugin|TrackWCKey|UnkillableStepTimeout)$/;

function knownSettings(text: string): string {
  if (!/^Configuration data as of/m.test(text)) return text;
  return text
    .split('\n')
    .filter((line) => {
      const [, key] = /^(\S+)\s+= /.exec(line) ?? /^(\S+)\s+=$/.exec(line) ?? [];
      return key === undefined || SETTINGS.test(key);
    })
    .join('\n');
}
