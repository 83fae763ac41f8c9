import type { Api } from '../../../../server/index.ts';

export type PageRequest = Api['page']['request'];
export type PageAnswer = Api['page']['answer'];
/** Some rows by columns. */
export type PageRows = Api['pageRows']['answer'];
export type PageColumn = PageRows['columns'][number];
