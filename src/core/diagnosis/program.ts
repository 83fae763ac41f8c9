import { CALL_RULES, FLAG_RULES } from './flags.ts';
import { formatPlace, type RuleMatch, type Rule } from './rule.ts';

function group(name: string): (found: RuleMatch) => string | undefined {
  return ({ groups }) => groups[name];
}

/** Errors of the program itself, as Python and its libraries tell them. */
export const PROGRAM_RULES: readonly Rule[] = [
  {
    code: 'module_missing',
    pattern: /(?:ModuleNotFoundError|ImportError): No module named '?(?<module>[\w.]+)'?/,
    says: (found) => `Python has no module ${found.groups['module'] ?? ''}${formatPlace(found)}`,
    fix: 'install it into the environment of the run, or name the right one under environment:',
    about: group('module'),
  },
  {
    code: 'library_missing',
    pattern:
      /(?:ImportError: |OSError: |loading shared libraries: )(?<library>[\w.+-]+\.so[\w.]*): cannot open shared object file/,
    says: (found) => `the library ${found.groups['library'] ?? ''} was not found${formatPlace(found)}`,
    fix: 'load the module that has it: environment: {modules: […]}',
  },
  {
    code: 'library_mismatch',
    pattern:
      /version `(?<version>(?:GLIBC|GLIBCXX|CXXABI)[\w.]+)' not found|undefined symbol: (?<symbol>\w+)|numpy\.dtype size changed|binary incompatibility/,
    says: (found) => `a compiled library does not fit the others${formatPlace(found)}`,
    fix: 'libraries of two installations are mixed: a clean environment, purge: true for modules',
  },
  {
    code: 'checkpoint_mismatch',
    pattern: /Error\(s\) in loading state_dict for (?<model>\w+)/,
    better: /^\s*(?<detail>size mismatch for [\w.]+|(?:Missing|Unexpected) key\(s\) in state_dict: .{1,60})/,
    says: ({ groups, ...found }) =>
      `the checkpoint is of another model than this ${groups['model'] ?? ''}${groups['detail'] === undefined ? '' : `: ${groups['detail']}`}${formatPlace({ groups, ...found })}`,
    fix: 'the parameters that make the model, and the code, must be those of the run that saved it',
  },
  {
    code: 'checkpoint_refused',
    pattern: /Weights only load failed/,
    says: (found) => `torch.load refused the checkpoint, which holds more than weights${formatPlace(found)}`,
    fix: 'torch.load(…, weights_only=False) for a file that you trust',
  },
  {
    code: 'checkpoint_broken',
    pattern:
      /PytorchStreamReader failed|UnpicklingError|EOFError: Ran out of input|HeaderTooLarge|InvalidHeaderDeserialization|MetadataIncompleteBuffer|unexpected EOF, expected \d+ more bytes/,
    says: (found) => `a saved file is broken or not whole${formatPlace(found)}`,
    fix: 'save under another name and rename it when it is whole; checkpoint: in the template skips broken ones',
  },
  {
    code: 'loss_nan',
    pattern:
      /[Ll]oss (?:is|was|became|=|:) ?(?:nan|inf|NaN|non-?finite)|FloatingPointError|(?:contains?|found|[Dd]etected|encountered) (?:a )?(?:NaN|nan|inf)|returned nan values|non-?finite (?:loss|gradient)/,
    says: (found) => `its numbers became NaN or infinite${formatPlace(found)}`,
    fix: 'a smaller learning rate, gradient clipping, bf16 instead of fp16; torch.autograd.set_detect_anomaly finds the place',
  },
  {
    code: 'shape_mismatch',
    pattern:
      /mat1 and mat2 shapes cannot be multiplied \((?<shapes>[^)]+)\)|The size of tensor a \((?<a>\d+)\) must match the size of tensor b \((?<b>\d+)\)|Sizes of tensors must match|Expected input batch_size \((?<input>\d+)\) to match target batch_size \((?<target>\d+)\)|could not be broadcast together with shapes (?<both>.+)|shapes .+ not aligned|to have \d+ channels, but got \d+|shape '\[.+\]' is invalid for input/,
    says: (found) => {
      const { shapes, a, b, both, input, target } = found.groups;
      const pair = a === undefined ? [input, target] : [a, b];
      const what = shapes ?? both?.trim() ?? (pair[0] === undefined ? undefined : pair.join(' and '));
      return `shapes do not fit${what === undefined ? '' : `: ${what}`}${formatPlace(found)}`;
    },
  },
  {
    code: 'label_range',
    pattern: /^IndexError: (?<what>Target -?\d+ is out of bounds)/,
    says: (found) => `a label is not among the classes: ${found.groups['what'] ?? ''}${formatPlace(found)}`,
    fix: 'the number of classes of the model, and of the data; labels count from 0',
  },
  {
    code: 'device_mismatch',
    pattern: /Expected all tensors to be on the same device/,
    says: (found) => `some tensors are on a GPU and others are not${formatPlace(found)}`,
  },
  {
    code: 'column_missing',
    pattern:
      /no such column: (?<column>[\w.]+)|KeyError: "(?<columns>\[.+\] not (?:in|found in) (?:index|axis))"|Usecols do not match columns|KeyError: "None of \[(?<none>.+)\] are in the \[columns\]/,
    says: (found) => {
      const { column, columns, none } = found.groups;
      const name = column ?? columns ?? none;
      return `no such column${name === undefined ? '' : `: ${name}`}${formatPlace(found)}`;
    },
  },
  ...CALL_RULES,
  {
    code: 'key_missing',
    pattern: /^KeyError: (?<key>.+)/,
    says: (found) => `no such key: ${found.groups['key'] ?? ''}${formatPlace(found)}`,
  },
  {
    code: 'config_key',
    pattern: /Could not override '(?<key>[^']+)'|Key '(?<name>[^']+)' is not in struct/,
    says: ({ groups, ...found }) =>
      `its configuration has no ${groups['key'] ?? groups['name'] ?? 'such key'}${formatPlace({ groups, ...found })}`,
    fix: 'give the parameter the name it has there; Hydra adds a new key if it has a + prefix',
  },
  {
    code: 'syntax',
    pattern: /^(?:SyntaxError|IndentationError|TabError): (?<what>.+)/,
    says: (found) => `Python cannot read the code: ${found.groups['what'] ?? ''}${formatPlace(found)}`,
  },
  {
    code: 'assertion',
    pattern: /^AssertionError(?:: (?<what>.+))?/,
    says: (found) =>
      `an assertion failed${found.groups['what'] === undefined ? '' : `: ${found.groups['what']}`}${formatPlace(found)}`,
  },
  {
    code: 'recursion',
    pattern: /^RecursionError\b/,
    says: (found) => `a function called itself too often${formatPlace(found)}`,
  },
];

/** Messages of argument parsers and of the shell. */
export const USAGE_RULES: readonly Rule[] = [
  ...FLAG_RULES,
  {
    code: 'shell_syntax',
    pattern: /: line (?<line>\d+): (?:syntax error(?<what>.*)|unexpected EOF while looking for matching (?<quote>.+))/,
    says: ({ groups }) => `bash cannot read the command: syntax error${groups['what'] ?? ''}`,
    fix: 'sheaf show ID --script shows it',
  },
  {
    code: 'variable_unset',
    pattern: /: line \d+: (?<name>\w+): unbound variable/,
    says: ({ groups }) => `the variable ${groups['name'] ?? ''} is not set`,
    fix: 'set it under environment: {exports: …}',
  },
];
