import { PART_WORDS } from '../../../core/experiment/advice-words.ts';
import { paint, type Estimated, type GpuFit, type MemoryVerdict, type Unused } from '../../../app/index.ts';
import { estimateJson } from '../../../json/index.ts';
import type { Answer } from '../../shell/answer.ts';
import { formatTable } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';
import { wrapHanging, wrap } from '../../shell/words.ts';

const PART_NAMES = Object.keys(PART_WORDS) as (keyof typeof PART_WORDS)[];

const VERDICT_WORDS: { readonly [verdict in MemoryVerdict]: string } = {
  fits: 'fits',
  tight: 'tight',
  does_not_fit: 'does not fit',
};

type Known = Exclude<Estimated, { readonly unknown: readonly string[] }>;
type Unknown = Exclude<Estimated, Known>;

export function estimateAnswer(found: Estimated): Answer {
  if ('unknown' in found) return unknownAnswer(found);
  return { data: estimateJson(found), text: (screen) => knownText(found, screen), remarks: unusedRemarks(found) };
}

/** Flags that can have no effect, by setting. */
const FLAGS: Readonly<Record<Unused['what'], string>> = {
  activationGibPerSample: 'activations',
  attention: 'attention',
  ffn: 'ffn',
  gradientCheckpointing: 'gradient-checkpointing',
  heads: 'heads',
  hidden: 'hidden',
  layers: 'layers',
  lora: 'lora-r',
  params: 'params',
  quantised: 'quantised',
  resolution: 'resolution',
  seqLen: 'seq-len',
  vocab: 'vocab',
};

/** The flags without effect, one sentence for each reason. */
function unusedRemarks({ unused }: Known): readonly string[] {
  return [...Map.groupBy(unused, ({ why }) => why)].map(([why, all]) => {
    const flags = all.map(({ what }) => `--${FLAGS[what]}`);
    return `${flags.join(' and ')} ${flags.length === 1 ? 'has' : 'have'} no effect: ${why}`;
  });
}

function unknownAnswer(found: Unknown): Answer {
  const { name, unknown, probe, probeNote } = found;
  return {
    data: estimateJson(found),
    text: (screen) => {
      const why = unknown.map((reason) => `  ${lines(reason, screen)}`).join('');
      const commands = probe.map((line) => `  ${line}\n`).join('');
      const words = wrap(`${PROBE_WORDS} ${probeNote}:`, screen.width).join('\n');
      return `The memory of ${name} is unknown:\n${why}\n${words}\n${commands}`;
    },
    exitCode: 1,
  };
}

const PROBE_WORDS =
  'Measure a run of two steps: the first update creates the optimizer states, so only the second step has all of them.';

function knownText(found: Known, screen: Screen): string {
  const { name, setup, estimate, assumptions, gpus } = found;
  const title = titleWords(name, setup.model.name, setupWords(found), screen);
  const parts = formatTable(
    [{ name: 'part' }, { name: 'GiB' }],
    [
      ...PART_NAMES.filter((part) => estimate.parts[part] >= 0.005).map((part) => [
        PART_WORDS[part],
        gib(estimate.parts[part]),
      ]),
      [`all of it${setup.sharding.ranks > 1 ? ' on each GPU' : ''}, as the driver reports`, gib(estimate.totalGib)],
    ],
    screen,
  );
  const fits = formatTable(
    [{ name: 'GPU' }, { name: 'usable GiB' }, { name: 'verdict' }, { name: 'largest micro-batch' }],
    gpus.map((fit) => fitRow(fit)),
    screen,
  );
  const basis = [`from: ${estimate.basis}`, ...assumptions.map((assumption) => `assumed: ${assumption}`)];
  return `${title}\n${parts}\n${fits}\n${basis.map((text) => lines(text, screen)).join('')}`;
}

/** Wrapped if there is a width, with an indent after the first line. */
function lines(text: string, { width }: Screen): string {
  return `${wrapHanging(text, width, '    ').join('\n')}\n`;
}

/** `r50_exp  resnet50: 25.6 M parameters, …`; a model that is not an experiment's has one name. */
function titleWords(name: string, model: string, words: string, screen: Screen): string {
  const rest = lines(`${name}${name === model ? '' : `  ${model}`}: ${words}`, screen).slice(name.length);
  return `${paint(name, 'title', screen.color)}${rest}`;
}

function fitRow({ gpu, verdict, largestMicroBatch, lacks }: GpuFit): string[] {
  return [
    gpu.id,
    gpu.usableGib.toFixed(1),
    `${VERDICT_WORDS[verdict]}${lacks === undefined ? '' : `, has no ${lacks}`}`,
    largestMicroBatch === undefined ? 'none' : String(largestMicroBatch),
  ];
}

function gib(value: number): string {
  return value.toFixed(2);
}

function setupWords({ setup }: Known): string {
  const { model, microBatch, seqLen, resolution, precision, optimizer, lora, quantised, sharding } = setup;
  return [
    `${paramsText(model.params)} parameters`,
    `micro-batch ${microBatch}`,
    ...(seqLen === undefined ? [] : [`${seqLen} tokens`]),
    ...(resolution === undefined ? [] : [`${resolution} × ${resolution} pixels`]),
    precision,
    optimizer,
    ...(setup.gradientCheckpointing ? ['gradient checkpointing'] : []),
    ...(lora === undefined ? [] : [`LoRA of rank ${lora.r}`]),
    ...(quantised === undefined ? [] : [quantised]),
    ...(sharding.ranks > 1 ? [`${sharding.kind} over ${sharding.ranks} GPUs`] : []),
  ].join(', ');
}

function paramsText(params: number): string {
  return params >= 1e9 ? `${(params / 1e9).toFixed(2)} B` : `${(params / 1e6).toFixed(1)} M`;
}
