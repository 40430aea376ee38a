import type { Command } from 'commander';
import { answerOf } from '../api/client.js';
import { create } from '../agent-reference.js';
import { CliError, messageOf } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { withSession } from '../session.js';
import { milliseconds, minute } from '../terminal/format.js';
import { renderTable } from '../terminal/table.js';

/** Agents that the server has, tried and added. */
export function addAgents(program: Command): void {
  const agents = program.command('agents').description('List agents, add one, or try one');
  agents
    .command('list', { isDefault: true })
    .description('Which agents there are, the newest first')
    .action((_options: object, command: Command) =>
      withSession(command, async ({ api, out }) => {
        const page = await answerOf(api.GET('/api/v1/agents', { params: { query: { limit: 100 } } }));
        out.answer(page, () =>
          renderTable(
            page.items,
            [
              { title: 'Name', isText: true, text: ({ name, version }) => `${name}@${version}` },
              { title: 'Adapter', isText: true, text: ({ adapter }) => adapter },
              { title: 'Model', isText: true, text: ({ model }) => model, dispensable: 1 },
              { title: 'Created (UTC)', text: ({ created_at }) => minute(created_at), dispensable: 2 },
            ],
            out.width,
          ),
        );
      }),
    );
  agents
    .command('add')
    .description('Add an agent, or the next version of one')
    .argument('<name>')
    .argument('<adapter>', 'openai, anthropic, http, command, replay or baseline')
    .argument('[model]')
    .option('--settings <json>', 'as docs/agents.md describes them for the adapter')
    .action(
      (
        name: string,
        adapter: string,
        model: string | undefined,
        options: { settings?: string },
        command: Command,
      ) =>
        withSession(command, async ({ api, out }) => {
          const settings = options.settings === undefined ? undefined : parseSettings(options.settings);
          await create(api, { name, adapter, ...(model && { model }), ...(settings && { settings }) });
          const agent = await answerOf(
            api.GET('/api/v1/agents/{agent}', { params: { path: { agent: name } } }),
          );
          out.answer(agent, () => [`${agent.name}@${agent.version}`]);
        }),
    );
  agents
    .command('check')
    .description('Try an agent with one cheap call')
    .argument('<agent>')
    .action((agent: string, _options: object, command: Command) =>
      withSession(command, async ({ api, out }) => {
        const check = await answerOf(
          api.POST('/api/v1/agents/{agent}/check', { params: { path: { agent } } }),
        );
        const { answer, error, problems } = check;
        out.answer(check, () => [
          ...problems.map(({ message }) => message),
          ...(error ? [error.message] : []),
          ...(answer ? [`It answered in ${milliseconds(answer.latency_ms)}: ${answer.text}`] : []),
        ]);
        if (!check.ok) process.exitCode = EXIT.fail;
      }),
    );
}

function parseSettings(json: string): Record<string, unknown> {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch (error) {
    throw CliError.usage(`--settings is no JSON: ${messageOf(error)}`);
  }
}
