/** A phrase that a native speaker of the field would not use here, and what they would write. */
export interface AvoidedPhrase {
  /** Words, with `|`, `(…)` and `?` as in a regular expression, in any case; or an expression that is matched as it is, case included. */
  readonly avoid: string | RegExp;
  readonly use: string;
  readonly because?: string;
}

const NOT_A_PLACE = '"where" is for places';

/** The phrases that `npm run language` looks for. Add what you stumble over, with the words that you would use instead. */
export const AVOIDED: readonly AvoidedPhrase[] = [
  // Words that the field does not use.
  { avoid: 'anew', use: 'again' },
  { avoid: 'foretold|foretells?|foretelling', use: 'predicted, predicts' },
  { avoid: 'mends?|mended|mending', use: 'fix' },
  { avoid: 'foremost', use: 'first' },
  { avoid: 'hence|thereby', use: 'so' },
  { avoid: 'therein|thereof|thereto|thereupon|whereof|wherein|whereupon|hereby|herein', use: 'in it, of it, which' },
  { avoid: 'whence|whither|thither|hither', use: 'where from, where to' },
  { avoid: 'heed|heeds|heeded|heeding', use: 'use, respect' },
  { avoid: 'reckons?|reckoned|reckoning', use: 'calculate, estimate' },
  { avoid: 'beforehand', use: 'in advance' },
  { avoid: 'altogether', use: 'in total' },
  { avoid: 'besides', use: 'also, in addition' },
  { avoid: 'unasked', use: 'unrequested' },
  { avoid: 'likewise', use: 'also' },
  { avoid: 'lest', use: 'so that … does not' },
  { avoid: 'parted', use: 'split' },
  { avoid: 'akin', use: 'similar' },
  { avoid: "oneself|one's own", use: 'your own' },
  { avoid: 'surroundings', use: 'environment' },
  { avoid: 'tidings|news', use: 'new facts' },
  { avoid: 'whichever way', use: 'however' },
  { avoid: 'naught|aught', use: 'nothing, anything' },
  { avoid: '(no other|which|other|middle|further|own) rooms?|rooms? of src|is a room', use: 'module' },
  { avoid: 'wishes|wished|a wish|your wish|their wish|own wish', use: 'request, option' },
  { avoid: 'meanwhile', use: 'in the meantime', because: 'usually it can be left out' },
  { avoid: 'whoever', use: 'anyone who' },

  // Idioms that were translated.
  { avoid: 'in vain', use: 'without success' },
  { avoid: 'for good', use: 'permanently' },
  { avoid: 'of late', use: 'recently' },
  { avoid: 'is due|are due', use: 'is next' },
  { avoid: 'in force', use: 'current' },
  { avoid: 'laid over', use: 'merged over' },
  { avoid: 'of no use', use: 'useless' },
  { avoid: 'has no use for|have no use for', use: 'does not use' },
  { avoid: 'can be had|cannot be had|could be had|to be had', use: 'is available' },
  { avoid: 'gives one', use: 'sets it' },
  { avoid: 'counts? more', use: 'takes precedence' },
  { avoid: 'kept back|keeps? back|keeping back', use: 'deferred' },
  { avoid: 'kept out|keeps? out', use: 'excluded' },
  { avoid: 'shut out', use: 'cannot use' },
  { avoid: 'given back|gives? back|giving back', use: 'returned, returns' },
  { avoid: 'taken back|takes? back|taking back', use: 'undone, corrected' },
  { avoid: 'handed over|hands? over|handing over|hand-over', use: 'submitted, passed' },
  { avoid: 'handed out|hands? out|handing out', use: 'allocated, allocates' },
  { avoid: 'brought along|brings? along', use: 'included' },
  { avoid: 'turns? up|turned up', use: 'appears' },
  { avoid: 'passed over|passes over|pass over', use: 'skipped' },
  { avoid: 'falls? back on this machine', use: 'uses this machine instead' },
  { avoid: 'out of sight', use: 'hidden, not in the queue' },
  { avoid: 'makes? up for', use: 'compensates' },
  { avoid: 'in the place of', use: 'instead of' },
  { avoid: 'the very same', use: 'the same' },
  { avoid: 'all the same(?!,? (for|as|to))', use: 'anyway' },
  { avoid: 'the whole of', use: 'all of' },
  { avoid: 'at the submit|of its own submit|of the submit', use: 'when it is submitted, at submission' },
  { avoid: 'just being submitted', use: 'currently being submitted' },
  { avoid: 'thin coat', use: 'thin wrapper' },
  { avoid: 'one word too many', use: 'unexpected argument' },
  { avoid: 'of a (short|long) limit', use: 'if the limit is short' },
  { avoid: 'further (one|ones|attempt|run|scheduler|partition|parameter|type|program)', use: 'another' },
  { avoid: '(is|are|was|were) of (several|the same|two|different|that|this)', use: 'has, belongs to' },
  { avoid: 'is played|are played|plays (a|the) (site|cluster)|that are played', use: 'is simulated' },
  { avoid: 'what (has |will )?becomes? of|what became of', use: 'what happened to, the outcome of' },
  { avoid: 'what it comes to|what this comes to|what they come to', use: 'the result' },
  { avoid: 'how (it|they|things) stands?', use: 'the current state' },
  { avoid: '(is|are|was|were|be) tried again', use: 'is retried' },
  { avoid: 'looked for for', use: 'sheaf keeps looking for' },
  { avoid: '(is|are|be|was|were) looked (for|at|over)', use: 'sheaf looks for, checks' },
  { avoid: 'what (is|was|were) asked for|of those asked for', use: 'what was requested' },
  { avoid: /(?<!\bthere )\b(?:is|are|was|were) none\b(?! of| \}\})/, use: 'is not one, is missing' },

  // "told", "said" and "word", for report, print and state.
  { avoid: '(is|are|was|were|be|been) (also |then |only |never |not )?told(?! (apart|to))', use: 'sheaf reports' },
  { avoid: 'tells? of', use: 'mentions, reports' },
  { avoid: 'tells (when|whether|which|where|what|how|why|if)', use: 'says, shows' },
  { avoid: '(is|are) (also |not |then )?said|[,;] and said', use: 'sheaf reports' },
  { avoid: '(its|their|his) own words?|(its|their) last words|in its words', use: 'its message' },
  { avoid: 'without a word|no word of|a word of its own', use: 'without a record' },
  { avoid: 'takes? (it )?(at|by) its word|taken at its word', use: 'is used as given' },
  { avoid: 'has the last word|its word holds|had the last word', use: 'takes precedence' },
  { avoid: 'in a sentence|with a sentence', use: 'with a message' },
  { avoid: '(is|are|was|stays) silent|silence', use: 'does not answer, no answer' },
  { avoid: 'words in, words out', use: 'parses arguments and prints answers' },
  {
    avoid: 'nobody (knows|asked|asks|tells|told|waits|said|says|looks|reads|needs)',
    use: 'nothing …',
    because: 'name the program or user',
  },

  // "else" for otherwise.
  { avoid: '[,;] else (?!if)(?=[a-z0-9(])', use: 'otherwise' },
  { avoid: '(and|but|is|are|would|could|may|must|will|does|do|that|it|they|which) else(?= [a-z])', use: 'otherwise' },
  { avoid: /(?<=[.:|] )Else (?=\w)/, use: 'Otherwise' },
  { avoid: 'all else', use: 'everything else' },

  // "where" for if and when.
  { avoid: /(?<=^|[.;:!*|] )Where [^.,?;|\0]{3,90}, /m, use: 'If …, When …', because: NOT_A_PLACE },
  { avoid: '(undefined|absent|null|empty|none|nothing|zero|false|true) where', use: 'when', because: NOT_A_PLACE },
  { avoid: 'where (there is|there are|there was|there were)', use: 'if there is', because: NOT_A_PLACE },
  {
    avoid:
      'where (it|that|this|one|they) (is known|can|cannot|could|has none|is none|does not|do not|did not|is not|are not)',
    use: 'if it …',
    because: NOT_A_PLACE,
  },
  { avoid: 'where (nobody|nothing|none|no one|neither)', use: 'if no …', because: NOT_A_PLACE },
  { avoid: '(only|even|except|but|also) where', use: 'only if, even if', because: NOT_A_PLACE },
  { avoid: 'where (known|needed|possible|asked|wanted)', use: 'if …', because: NOT_A_PLACE },

  // "so many" and "so long", for a number that is given.
  { avoid: 'so many(?! (that|as))(?! [a-z]+ that)', use: 'N, this number of' },
  { avoid: 'so often(?! that)', use: 'N times, at this interval' },
  {
    avoid: '(for|at most|takes?|waits?|after|lasts?) so long(?! (that|as))|so long (before|after|ago)',
    use: 'this long',
  },
  { avoid: 'only so many last', use: 'the last N' },

  // "stand" and "lie", for is.
  { avoid: '(it|that|which|this|value|name|line|text|key|word|path|number) stands(?! (in )?for)', use: 'is' },
  {
    avoid: 'stands? (in|at|on|under|below|behind|before|beside|above|there|here|last|first|alone)(?! for)',
    use: 'is in',
  },
  { avoid: '(it|that|files?|folders?|checkouts?|data|path|code) lies?', use: 'is in' },
];
