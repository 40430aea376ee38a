import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Command } from 'commander';
import { connect } from '../api/client.js';
import { identify } from '../api/identity.js';
import { CliError } from '../cli-error.js';
import { writeConfigFile } from '../config-file.js';
import { readEnvironment } from '../environment.js';
import { Output } from '../output.js';
import type { GlobalOptions } from '../session.js';

export function addLogin(program: Command): void {
  program
    .command('login')
    .description('Check an API key and keep it, with the URL of its server, for later commands')
    .argument('<url>', 'of the server, as in https://bench.example.com')
    .option('--no-key', 'the server asks for none (AUTH_MODE=local)')
    .addHelpText(
      'after',
      '\nThe key is read from AIBENCH_API_KEY, from a pipe, or typed in unseen: never an argument.',
    )
    .action(async (text: string, { key: wantsKey }: { key: boolean }, command: Command) => {
      const environment = readEnvironment();
      const out = new Output(command.optsWithGlobals<GlobalOptions>().json ?? false);
      const url = parseUrl(text);
      const apiKey = wantsKey ? (environment.apiKey ?? (await readKey())) : undefined;
      const identity = await identify(connect({ url, apiKey }));
      await writeConfigFile(environment.configFile, { url, api_key: apiKey ?? null });
      out.answer({ url, config_file: environment.configFile, ...identity }, () => [
        `Signed in to ${url}${identity.workspace ? ` (workspace ${identity.workspace})` : ''}. Kept in ${environment.configFile}.`,
      ]);
    });
}

function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw CliError.usage(`"${text}" is no URL of a server: it looks like https://bench.example.com.`, 'url');
  return url.href.replace(/\/+$/, '');
}

async function readKey(): Promise<string> {
  const { stdin } = process;
  const key = stdin.isTTY ? await ask('API key: ') : await readAll(stdin);
  if (key.trim() !== '') return key.trim();
  throw CliError.usage(
    'There is no API key: pipe it in, type it in, or set AIBENCH_API_KEY; --no-key is for servers that ask for none.',
    'no_key',
  );
}

/** Types nothing back. */
async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      prompt.once('line', resolve);
      prompt.once('SIGINT', () => reject(CliError.usage('Nothing was kept.', 'interrupted')));
      prompt.once('close', () => resolve(''));
    });
  } finally {
    prompt.close();
    process.stderr.write('\n');
  }
}

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += String(chunk);
  return text;
}
