import type { Command } from 'commander';
import { answerOf } from '../api/client.js';
import { withSession } from '../session.js';
import { count, minute } from '../terminal/format.js';
import { renderTable } from '../terminal/table.js';
import { sendDefinition } from './run.js';

/** Benchmarks that the server has, and files that become some. */
export function addBenchmarks(program: Command): void {
  const benchmarks = program.command('benchmarks').description('List benchmarks, or publish one');
  benchmarks
    .command('list', { isDefault: true })
    .description('Which benchmarks there are, the newest first')
    .action((_options: object, command: Command) =>
      withSession(command, async ({ api, out }) => {
        const page = await answerOf(api.GET('/api/v1/benchmarks', { params: { query: { limit: 100 } } }));
        out.answer(page, () =>
          renderTable(
            page.items,
            [
              { title: 'Name', isText: true, text: ({ name, version }) => `${name}@${version}` },
              { title: 'Samples', text: ({ sample_count }) => count(sample_count) },
              { title: 'Title', isText: true, text: ({ title }) => title, dispensable: 1 },
              { title: 'Created (UTC)', text: ({ created_at }) => minute(created_at), dispensable: 2 },
            ],
            out.width,
          ),
        );
      }),
    );
  benchmarks
    .command('publish')
    .description('Make a definition file a benchmark, or the next version of one')
    .argument('<file>', 'YAML or JSON')
    .option('--dry-run', 'check it and show its first prompts; store nothing')
    .action((file: string, { dryRun }: { dryRun?: true }, command: Command) =>
      withSession(command, async ({ api, out }) => {
        const published = await sendDefinition(api, file, dryRun ?? false);
        out.answer(published, () => [
          `${published.name}@${published.version}: ${count(published.sample_count)} samples${dryRun ? '; nothing was stored' : ''}`,
          ...(published.prompts ?? []).flatMap(({ sample_id, messages }) => [
            '',
            `── ${sample_id}`,
            ...messages.map(({ role, content }) => `${role}: ${content}`),
          ]),
        ]);
      }),
    );
}
