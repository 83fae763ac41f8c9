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

/** Of a model that is not known by its name. */
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
        <summary>Size of a transformer that sheaf does not know by name</summary>
        <div className={layout['settings']}>{SIZES.map(field)}</div>
      </details>
      <p>
        For fields that you leave empty, the advice assumes usual values and lists them. On the command line, advice is
        for templates and experiments only.
      </p>
    </>
  );
}
