/** The site of the documentation: `npm run docs:dev` shows it while you write, `npm run docs:build` writes it to `dist` here. */
import { defineConfig, type UserConfig } from 'vitepress';
import { headingAnchor } from './heading-anchor.ts';
import { fenceIndentedCode, keepFromVue, nameRepositoryFiles } from './markdown.ts';
import { listSidebar } from './sidebar.ts';

const config: UserConfig = defineConfig({
  title: 'sheaf',
  description: 'Experiment manager for deep learning on Slurm clusters',
  cacheDir: 'node_modules/.cache/vitepress',
  markdown: {
    anchor: { slugify: headingAnchor },
    // GitHub shows the same pages, and does not read {…} after a word as attributes.
    attrs: { disable: true },
    config: (md) => {
      md.use(nameRepositoryFiles);
      md.use(fenceIndentedCode);
      md.use(keepFromVue);
    },
  },
  themeConfig: {
    outline: [2, 3],
    // The index is part of the site, so that search works offline.
    search: { provider: 'local' },
    sidebar: listSidebar(),
  },
});

export default config;
