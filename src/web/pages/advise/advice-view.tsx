import { formatGib } from '../../../core/experiment/advice-words.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import { ChoiceCard } from '../../components/advice/choice-card.tsx';
import { Empty } from '../../components/empty.tsx';
import { Facts } from '../../components/facts.tsx';
import { formatTime } from '../../format/times.ts';
import type { Advice } from './advice.ts';
import { MemoryError } from './memory-error.tsx';
import { NotOffered } from './not-offered.tsx';
import { TakeChoice } from './take-choice.tsx';

/** What the job needs, the choices, what is not offered and why, and where the figures come from. */
export function AdviceView({ advice }: { readonly advice: Advice }) {
  const { subject, choices, basis, not_offered: dropped, reference } = advice;
  const isGpu = advice.device === 'gpu';
  const isOnly = advice.considered.length === 1;
  return (
    <>
      <section aria-labelledby="need">
        <h2 id="need">What it needs</h2>
        <Facts
          facts={[
            ['stage', subject.kind !== 'job' && subject.stage],
            ['GPU memory', describeNeed(advice)],
            ['global batch', isGpu && (advice.global_batch ?? 'unknown: no parameter says it')],
            ['precision', isGpu && (advice.precision ?? 'no parameter says one that a GPU must support')],
            ['compared with', reference],
            ['as of', formatTime(advice.at)],
          ]}
        />
        {isGpu && <MemoryError advice={advice} />}
      </section>
      <section aria-labelledby="choices">
        <h2 id="choices">{choices.length === 0 ? 'Choices' : formatCount(choices.length, 'choice')}</h2>
        {choices.length === 0 ? (
          <NothingFits advice={advice} />
        ) : (
          <p>
            {isOnly ? 'This is the only place for the job.' : 'The best one is first.'} Of a range a – b, half of
            similar jobs take less than a, nine in ten less than b.
          </p>
        )}
        {choices.map((choice, i) => (
          <ChoiceCard key={`${i} ${choice.command}`} choice={choice} nth={i + 1} reference={reference} isOnly={isOnly}>
            <TakeChoice choice={choice} subject={subject} />
          </ChoiceCard>
        ))}
      </section>
      <NotOffered dropped={dropped} />
      <section aria-labelledby="basis">
        <h2 id="basis">Where the figures come from</h2>
        <ul>
          {basis.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </section>
    </>
  );
}

function describeNeed({ device, needs }: Advice): string {
  if (device === 'cpu') return 'not estimated: sheaf assumes that the job runs without GPUs';
  const sizes = needs.flatMap(({ gpus, gib_per_gpu: gib }) =>
    gib === null ? [] : [`${formatGib(gib)} GiB on ${gpus === 1 ? '1 GPU' : `each of ${gpus} GPUs`}`],
  );
  return sizes.length === 0 ? 'unknown' : `≈ ${sizes.join(', ')}`;
}

function NothingFits({ advice: { nearest } }: { readonly advice: Advice }) {
  const place = nearest === null ? '' : [nearest.partition, nearest.gpu_type].filter(Boolean).join(' ');
  const count = nearest?.gpus ? ` with ${formatCount(nearest.gpus, 'GPU')}` : '';
  return (
    <Empty why="No partition can run this job as configured.">
      {nearest === null ? (
        <p>No partition is known.</p>
      ) : (
        <p>
          Nearest is {place}
          {count}: {nearest.why}
          {nearest.fix === null ? '.' : `; to change that: ${nearest.fix}`}
        </p>
      )}
    </Empty>
  );
}
