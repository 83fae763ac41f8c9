import { expect, test } from 'vitest';
import { readFigureSettings, writeFigureCommand } from './figure-settings.ts';
import { listUnknown, readTableSettings, writeTableCommand } from './table-settings.ts';

test('an address and its command ask for the same table', () => {
  const { request } = readTableSettings(
    new URLSearchParams(
      'q=lr > 0&s=-acc&c=exp_id,a=acc*100:.1f&g=lr, model&f=latex&stats=n,mean&best=acc:max,loss&caption=Ours',
    ),
  );
  expect(request).toEqual({
    format: 'latex',
    where: 'lr > 0',
    sort: { field: 'acc', descending: true },
    columns: ['exp_id,a=acc*100:.1f'],
    groupBy: ['lr', 'model'],
    stats: ['n', 'mean'],
    best: { acc: 'max' },
    caption: 'Ours',
  });
  expect(writeTableCommand(request)).toBe(
    "sheaf export table.tex --where 'lr > 0' --best acc:max --sort acc --desc --columns 'exp_id,a=acc*100:.1f' --group-by lr model --stats n mean --caption Ours",
  );
});

test('a caption is for LaTeX, and statistics are for groups', () => {
  expect(readTableSettings(new URLSearchParams('f=csv&caption=Ours&stats=n')).request).toEqual({ format: 'csv' });
});

test('an address and its command ask for the same figure', () => {
  const { request, format } = readFigureSettings(
    new URLSearchParams('m=acc&g=lr&kind=bar&band=sem&smooth=0.5&logx=on&symlogy=on&w=5&h=400&ff=pdf'),
  );
  expect(request).toEqual({
    metric: 'acc',
    kind: 'bar',
    groupBy: ['lr'],
    band: 'sem',
    smooth: 0.5,
    logX: true,
    symlogY: true,
    width: 5,
  });
  expect(request && writeFigureCommand(request, format)).toBe(
    'sheaf plot acc --output figure.pdf --size 5x2.4in --kind bar --group-by lr --band sem --smooth 0.5 --log-x --symlog-y',
  );
});

test('without a metric there is no figure', () => {
  expect(readFigureSettings(new URLSearchParams('kind=bar')).request).toBeUndefined();
});

test('keys of an address that mean nothing are named', () => {
  expect(listUnknown(new URLSearchParams('q=a&colour=red&m=acc'))).toEqual(['colour']);
});
