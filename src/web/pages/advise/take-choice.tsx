import { ACTION_RESOURCES } from '../../../core/settings/action-resources.ts';
import type { ChoiceJson } from '../../../json/index.ts';
import { writeSets } from '../../components/advice/choice-words.ts';
import { CommandLine } from '../../components/command-line.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { toHref } from '../../state/use-route.ts';
import { useSettings } from '../../state/use-setting.ts';
import { readAdviceSettings, SET } from './advice-settings.ts';
import type { Advice } from './advice.ts';
import styles from './advise.module.css';

/** How to take a choice: as words of a command, as a command, or in the form of the page New. */
export function TakeChoice({ choice, subject }: { readonly choice: ChoiceJson; readonly subject: Advice['subject'] }) {
  const [settings] = useSettings();
  const { sets } = readAdviceSettings(settings);
  const { set, params, command } = choice;
  const values = { ...sets, ...set, ...params };
  const lost = Object.keys(set).filter((key) => !(ACTION_RESOURCES as readonly string[]).includes(key));
  const words = writeSets(choice);
  return (
    <>
      {command !== null && <CommandLine line={command} />}
      <div className={styles['take']}>
        {words !== '' && <CopyButton text={words} label="Copy the --set words" />}
        {subject.kind === 'template' && (
          <a
            href={toHref(
              ['new', subject.template],
              Object.fromEntries(Object.entries(values).map(([key, text]) => [SET + key, text])),
            )}
          >
            Use in New
          </a>
        )}
        {subject.kind === 'template' && lost.length > 0 && (
          <small>New does not set {lost.join(', ')}: use the command.</small>
        )}
      </div>
    </>
  );
}
