import { commandOf } from '../../../core/command/command-of.ts';
import { formatValue } from '../../format/numbers.ts';
import { Empty } from '../../components/empty.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { makeHeatCells } from './heat-cells.ts';
import { listSettings } from './shared/members.ts';
import { Part } from './shared/part.tsx';
import type { MetricPartProps } from './shared/part-props.ts';
import styles from './shared/sweep-page.module.css';

/** The colour of the highest mean, in percent of the accent: text on it keeps its contrast. */
const STRONGEST = 40;

/** The mean of the metric for two parameters, over all others: a table in colours. */
export function HeatMap({ sweep, members, chosen, address, change, metric }: MetricPartProps) {
  const settings = listSettings(members);
  const y = settings.find(({ name }) => name === address.y) ?? settings[0];
  const x = settings.find(({ name }) => name === address.x && name !== y?.name) ?? settings.find((each) => each !== y);
  if (x === undefined || y === undefined) return null;
  const { columns, rows, cells } = makeHeatCells(members, x, y, chosen.isChosen);
  const means = cells.flat().flatMap(({ mean }) => mean ?? []);
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const shade = (mean: number): string => {
    const place = high > low ? (mean - low) / (high - low) : 0;
    return `color-mix(in srgb, var(--accent) ${Math.round(place * STRONGEST)}%, transparent)`;
  };
  // What the other one has changes places with it.
  const choose = (key: 'x' | 'y', name: string): void => {
    const isTaken = name === (key === 'x' ? y : x).name;
    change(isTaken ? { x: y.name, y: x.name } : { [key]: name });
  };
  const choice = (label: string, key: 'x' | 'y', value: string) => (
    <label>
      {label}{' '}
      <select value={value} onChange={({ target }) => choose(key, target.value)}>
        {settings.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
  return (
    <Part
      title={`Mean ${metric.name} by two parameters`}
      command={commandOf({
        command: 'plot',
        metric: metric.label,
        sweep: sweep.summary.name,
        ...(chosen.where !== '' && { where: chosen.where }),
        kind: 'heatmap',
        groupBy: [x.label, y.label],
        output: 'heatmap.svg',
      })}
    >
      <Toolbar>
        {choice('Down', 'y', y.name)}
        {choice('Across', 'x', x.name)}
      </Toolbar>
      {means.length === 0 ? (
        <Empty why="None of the members that fit has a value." />
      ) : (
        <>
          <p>
            Each cell is the mean over all other parameters, with the number of runs (n). The stronger the colour, the
            higher the mean: from {formatValue(low)} to {formatValue(high)}.
          </p>
          <div
            role="region"
            tabIndex={0}
            aria-label={`Mean ${metric.name} by ${y.label} and ${x.label}`}
            className={styles['scroll']}
          >
            <table className={styles['heat']}>
              <thead>
                <tr>
                  <th scope="col">
                    {y.label} ╲ {x.label}
                  </th>
                  {columns.map((column) => (
                    <th key={column} scope="col">
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row, i) => (
                  <tr key={row}>
                    <th scope="row">{row}</th>
                    {cells[i]?.map(({ mean, std, n }, j) => (
                      <td
                        key={columns[j]}
                        title={std === undefined ? undefined : `standard deviation ${formatValue(std)}`}
                        style={mean === undefined ? undefined : { background: shade(mean) }}
                      >
                        {mean === undefined ? '–' : formatValue(mean)} <small>n {n}</small>
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Part>
  );
}
