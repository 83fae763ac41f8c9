import { useMemo } from 'react';
import { formatCount, groupDigits } from '../../../../core/text/phrases.ts';
import { stripTerminal } from '../../../../core/text/terminal.ts';
import type { Api } from '../../../../server/index.ts';
import { Empty } from '../../../components/empty.tsx';
import { PartialStrip } from '../../../components/partial-strip.tsx';
import { showName } from '../../../format/file-names.ts';
import { indentJson } from '../../../format/indent-json.ts';
import { DiffText } from '../../../components/differences/diff-text.tsx';
import { DataTable } from './data-table.tsx';
import styles from './files.module.css';

type Head = Api['fileHead']['answer'];

/** The beginning of a file, as what it is. Nothing in it is run or loaded. */
export function FileContent({ head: { name, bytes, isCut, content } }: { readonly head: Head }) {
  const label = showName(name);
  if (bytes === 0) return <Empty why="The file is empty." />;
  switch (content.kind) {
    case 'text':
    case 'json':
      return (
        <>
          {isCut && <PartialStrip message="Only the beginning is shown. Download the file for all of it." />}
          <Text label={label} text={content.text} isJson={content.kind === 'json'} />
        </>
      );
    case 'csv':
      return (
        <>
          {isCut && <PartialStrip message={`Only the first ${formatCount(content.rows.length, 'row')} are shown.`} />}
          <DataTable label={label} columns={content.columns.map((column) => ({ name: column }))} rows={content.rows} />
        </>
      );
    case 'parquet':
      return (
        <>
          <p>
            {formatCount(content.total, 'row')}, {formatCount(content.columnTotal, 'column')}
          </p>
          {describeCut(content).map((message) => (
            <PartialStrip key={message} message={message} />
          ))}
          <DataTable label={label} columns={content.columns} rows={content.rows} />
        </>
      );
    case 'image':
      return content.data === undefined ? (
        <Empty why="The image is too large to be shown here. Download it." />
      ) : (
        <img className={styles['image']} src={`data:${content.type};base64,${content.data}`} alt={label} />
      );
    case 'binary':
      return <Empty why={`Nothing of it is shown: ${content.why}.`} />;
  }
}

function Text({ label, text, isJson }: { readonly label: string; readonly text: string; readonly isJson: boolean }) {
  const lines = useMemo(() => {
    const plain = text.replaceAll('\r\n', '\n').replace(/\n$/, '');
    const shown = isJson && !plain.includes('\n') ? indentJson(plain) : plain;
    return stripTerminal(shown)
      .split('\n')
      .map((line) => ({ kind: 'same', text: line }) as const);
  }, [text, isJson]);
  return <DiffText label={label} lines={lines} />;
}

function describeCut({ rows, total, columns, columnTotal }: Extract<Head['content'], { kind: 'parquet' }>): string[] {
  const leftOut = columns.filter(({ isLeftOut }) => isLeftOut).map(({ name }) => name);
  return [
    ...(rows.length < total ? [`Only the first ${groupDigits(rows.length)} rows are shown.`] : []),
    ...(columns.length < columnTotal ? [`Only the first ${groupDigits(columns.length)} columns are shown.`] : []),
    ...(leftOut.length > 0 ? [`Too large to be shown here: ${leftOut.join(', ')}`] : []),
  ];
}
