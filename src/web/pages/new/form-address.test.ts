import { expect, test } from 'vitest';
import type { TemplateJson } from '../../../json/index.ts';
import { readForm } from './form-address.ts';

const TYPES = { lr: 'float', seed: 'int', layers: 'list', name: 'str' } as const;

const template = {
  name: 'line',
  parameters: Object.entries(TYPES).map(([name, type]) => ({ name, type, required: false })),
} as unknown as TemplateJson;

test.each([
  ['set.lr=0.1, 0.01', ['lr']],
  ['set.lr=0.1&set.seed=1..5', ['seed']],
  ['set.lr=0.1,', []],
  ['set.layers=1,2', []],
  ['set.name="a, b"', []],
  ['set.name=a, b&set.seed=1,2&sweep=on&as.seed=grid', ['name']],
])('a form says which single values read like several: %s', (address, lists) => {
  expect(readForm(new URLSearchParams(address), template).lists).toEqual(lists);
});
