import type { Api } from '../../../server/index.ts';
import { useCall } from '../../api/use-call.ts';
import { CommandLine } from '../../components/command-line.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { TextSetting } from '../../components/settings/text-setting.tsx';
import { useCommand } from '../../state/command.ts';
import { useSettings } from '../../state/use-setting.ts';
import type { AdviceSettings } from './advice-settings.ts';
import { AdviceView } from './advice-view.tsx';
import { StepSetting } from './step-setting.tsx';
import layout from '../../components/settings/settings.module.css';
import styles from './advise.module.css';

const GPUS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
const BATCHES = Array.from({ length: 17 }, (_, power) => 2 ** power);

/** The id of the list of partitions, which the field proposes. */
const PARTITIONS = 'partitions';

/** What may be changed of the advice, and the advice; the former one stays, dimmed, until the next one is there. */
export function Adviser({
  settings: { kind, command },
  request,
}: {
  readonly settings: AdviceSettings;
  readonly request: Api['advise']['request'];
}) {
  const [settings, change] = useSettings();
  const advice = useCall('advise', request, { keepsFormer: true });
  useCommand(command);
  const { data } = advice;
  const global = data?.global_batch ?? undefined;
  const partitions = [...(data?.considered ?? []), ...(data?.not_offered ?? [])].map(({ partition }) => partition);
  // The batch of one GPU is frozen: on another number of GPUs, only a copy has the same global batch.
  const keepBatch = kind === 'experiment' && request.globalBatch === undefined && global !== undefined;
  return (
    <>
      <datalist id={PARTITIONS}>
        {[...new Set(partitions)].map((partition) => (
          <option key={partition} value={partition} />
        ))}
      </datalist>
      <div className={layout['settings']}>
        <StepSetting
          label="GPUs, over all nodes"
          steps={GPUS}
          value={settings.get('gpus') ?? ''}
          usual="any"
          onChange={(text) => change({ gpus: text, ...(keepBatch && text !== '' && { batch: String(global) }) })}
        />
        <StepSetting
          label="Global batch, samples"
          steps={BATCHES}
          value={settings.get('batch') ?? ''}
          usual={global === undefined || request.globalBatch !== undefined ? 'as given' : `${global}`}
          onChange={(text) => change({ batch: text })}
        />
        <TextSetting name="micro" label="Samples at once on one GPU, at most" placeholder="any" size={6} />
        <TextSetting name="partition" label="Partitions" placeholder="all" list={PARTITIONS} />
      </div>
      {command !== undefined && <CommandLine line={command} />}
      {advice.error !== null ? (
        <ProblemView error={advice.error} retry={() => void advice.refetch()} />
      ) : data === undefined ? (
        <Loading what="advice" lines={12} />
      ) : (
        <div aria-busy={advice.isPlaceholderData} className={styles['answer']}>
          <AdviceView advice={data} />
        </div>
      )}
    </>
  );
}
