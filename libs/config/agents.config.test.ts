import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppConfig } from './app-config.js';

describe('the secrets of agents', () => {
  it('are named by their variables, and each has its origin', () => {
    const { secrets } = new AppConfig({
      AGENT_SECRET_BOT: 'https://bot.example.com s3cret value!',
      AGENT_SECRET_UNSET: '',
    }).agents;
    expect([...secrets]).toEqual([['BOT', { origin: 'https://bot.example.com', value: 's3cret value!' }]]);
  });

  it.each([
    'hidden-value',
    'https://bot.internal/path hidden-value',
    'bot.internal hidden-value',
    'ftp://bot.internal hidden-value',
    'https://bot.internal short',
    'https://bot.internal hidden-value\nx',
  ])('are refused, and not shown, where they are not so: %j', (value) => {
    const read = (): AppConfig => new AppConfig({ AGENT_SECRET_BOT: value });
    expect(read).toThrow(/AGENT_SECRET_BOT: must be the origin/);
    expect(read).not.toThrow(value);
  });
});

describe('the commands of agents', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commands-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const read = async (content: unknown, env = {}): Promise<AppConfig> => {
    const file = join(folder, 'commands.json');
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return new AppConfig({ AGENT_COMMANDS_FILE: file, ...env });
  };

  it('get the variables that they name, and PATH', async () => {
    const { agents } = await read(
      { bot: { argv: ['/opt/bot', '--json'], env: ['BOT_TOKEN', 'BOT_UNSET'], memory_mb: 512 } },
      { PATH: '/bin', BOT_TOKEN: 'abc', OPENAI_API_KEY: 'k' },
    );
    expect([...agents.commands]).toEqual([
      [
        'bot',
        {
          argv: ['/opt/bot', '--json'],
          env: { PATH: '/bin', BOT_TOKEN: 'abc' },
          memory_mb: 512,
          timeout_s: 60,
          output: 'json',
          concurrency: 4,
        },
      ],
    ]);
  });

  it.each([
    ['{', /AGENT_COMMANDS_FILE: does not hold readable JSON/],
    [{ bot: { argv: [] } }, /AGENT_COMMANDS_FILE: bot\.argv/],
    [{ bot: { argv: ['x'], shell: true } }, /shell/],
    [{ '../x': { argv: ['x'] } }, /AGENT_COMMANDS_FILE/],
  ])('are refused where the file is wrong: %j', async (content, message) => {
    await expect(read(content)).rejects.toThrow(message);
    expect(() => new AppConfig({ AGENT_COMMANDS_FILE: join(folder, 'none.json') })).toThrow(/ENOENT/);
  });
});
