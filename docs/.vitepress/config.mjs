import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';

/** @param {string} text @param {string} link */
const page = (text, link) => ({ text, link });

const DECISIONS = readdirSync(join(import.meta.dirname, '../adr'))
  .filter((name) => /^\d{4}-.*\.md$/.test(name))
  .map((name) =>
    page(name.slice(0, -'.md'.length).replaceAll('-', ' '), `/adr/${name.slice(0, -'.md'.length)}`),
  );

/** Files of the repository that are no pages of the site: their links lead nowhere there. */
const OUTSIDE =
  /^(\.\.?\/)*(README|SECURITY|CONTRIBUTING|LICENSE|\.env|apps|ci|docker|libs|migrations|scripts|test)\b/;

export default defineConfig({
  title: 'AI Benchmark Service',
  description: 'Which agent is better at your work, by how much, and how sure that is.',
  outDir: '../dist/docs',
  cacheDir: '../node_modules/.cache/vitepress',
  cleanUrls: false,
  ignoreDeadLinks: [(link) => OUTSIDE.test(link)],
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Tutorial', link: '/tutorial' },
      { text: 'Statistics in plain words', link: '/explanation/statistics-in-plain-words' },
      { text: 'Command line', link: '/cli' },
      { text: 'Operations', link: '/operations/README' },
    ],
    sidebar: [
      { text: 'Tutorial', items: [page('From nothing to a gate in CI', '/tutorial')] },
      {
        text: 'How to',
        items: [
          page('Gate pull requests', '/ci'),
          page('Import from other tools', '/importers'),
          page('Use tools and conversations', '/agentic-samples'),
          page('Score outputs anew', '/rescoring'),
          page('Calibrate judges', '/judges'),
          page('Export results', '/exports'),
          page('Make reports', '/reports'),
          page('Operate the service', '/operations/README'),
          page('Trace runs', '/operations/tracing'),
          page('Operations manual', '/operations/manual'),
          page('Back up and restore', '/operations/backup-and-restore'),
          page('Recover from a disaster', '/operations/disaster-recovery'),
          page('Runbooks', '/operations/runbooks/README'),
        ],
      },
      {
        text: 'Reference',
        items: [
          page('The API', '/api'),
          page('Command line', '/cli'),
          page('Benchmarks', '/benchmarks'),
          page('Built-in suites', '/suites'),
          page('Agents', '/agents'),
          page('Scorers', '/scorers'),
          page('Constraints', '/scorers-constraints'),
          page('Code in a sandbox', '/scorers-code'),
          page('Reducers', '/reducers'),
          page('What the figures say', '/statistics'),
          page('What is measured', '/metrics'),
          page('Capacity', '/operations/capacity'),
          page('Security', '/security'),
        ],
      },
      {
        text: 'Explanation',
        items: [
          page('Statistics in plain words', '/explanation/statistics-in-plain-words'),
          page('Architecture', '/ARCHITECTURE'),
          page('Chaos', '/operations/chaos'),
        ],
      },
      { text: 'Decisions', collapsed: true, items: DECISIONS },
    ],
  },
});
