import { testLargeScripts } from './large-scripts.ts';

testLargeScripts('nlp');
