import { ChoiceSetting } from '../../components/settings/choice-setting.tsx';
import { TextSetting } from '../../components/settings/text-setting.tsx';
import { SET } from './advice-settings.ts';
import layout from '../../components/settings/settings.module.css';
import styles from './advise.module.css';

/** Parameters under names that the advisor knows, with an example of each. */
const TEXTS = [
  ['model', 'resnet50, llama3-8b'],
  ['batch_size', '64, of one GPU'],
  ['optimizer', 'adamw'],
  ['seq_len', '2048'],
  ['image_size', '224'],
  ['epochs', '90'],
  ['dataset', 'imagenet'],
  ['max_steps', '10000'],
  ['lora_r', '16'],
] as const;

/** Of a model that has no name. */
const SIZES = [
  ['num_params', '1.3e9'],
  ['num_layers', '24'],
  ['hidden_size', '2048'],
] as const;

const PRECISIONS = ['fp32', 'tf32', 'amp_fp16', 'amp_bf16', 'bf16', 'fp16', 'fp8'];

/** A training that is no template yet, by its parameters. */
export function ForDescription() {
  const field = ([name, example]: readonly [string, string]) => (
    <TextSetting key={name} name={SET + name} label={name} placeholder={example} />
  );
  return (
    <>
      <div className={layout['settings']}>
        {TEXTS.map(field)}
        <ChoiceSetting name={`${SET}precision`} label="precision" words={PRECISIONS} usual="fp32" />
        <ChoiceSetting
          name={`${SET}gradient_checkpointing`}
          label="gradient_checkpointing"
          words={['true']}
          usual="false"
        />
      </div>
      <details className={styles['values']}>
        <summary>Sizes of a transformer that has no known name</summary>
        <div className={layout['settings']}>{SIZES.map(field)}</div>
      </details>
      <p>
        The command line gives advice for templates and experiments only: there is no command for this. What is not
        given, the advice assumes, and says so.
      </p>
    </>
  );
}
