import type { Api } from '../../../server/index.ts';

/** The advice that the page shows. */
export type Advice = Api['advise']['answer'];
