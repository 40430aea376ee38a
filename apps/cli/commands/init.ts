import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { CliError, messageOf } from '../cli-error.js';
import { Output } from '../output.js';
import { chooseServer, type GlobalOptions } from '../session.js';
import { readEnvironment } from '../environment.js';

export function addInit(program: Command): void {
  program
    .command('init')
    .description('Write a first definition file to start from')
    .argument('[file]', 'to write', 'suite.yaml')
    .option('--force', 'also over a file that is there')
    .action(async (file: string, { force }: { force?: true }, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const { url } = await chooseServer(options, readEnvironment());
      await writeFile(file, suite(url), { flag: force ? 'w' : 'wx' }).catch(
        (error: NodeJS.ErrnoException) => {
          throw CliError.usage(
            error.code === 'EEXIST'
              ? `${file} is there already: name another file, or write over it with --force.`
              : `Cannot write ${file}: ${messageOf(error)}.`,
            'output_file',
          );
        },
      );
      new Output(options.json ?? false).answer({ file }, () => [
        `Wrote ${file}: three questions, to be replaced by your own.`,
        `Try it:  aibench run ${file} --local --agent baseline:random`,
      ]);
    });
}

const suite = (url: string): string => `# yaml-language-server: $schema=${url}/api/v1/schemas/benchmark.json
name: my-suite
title: My first suite
prompt:
  messages:
    - { role: system, content: Answer with one word. }
    - { role: user, content: '{{ input }}' }
generation: { temperature: 0, max_tokens: 200 }
scoring:
  scorers: [{ type: includes, ignore_case: true }]
samples:
  - { id: france, input: What is the capital of France?, target: Paris, category: capitals }
  - { id: japan, input: What is the capital of Japan?, target: [Tokyo, Tōkyō], category: capitals }
  - { id: seven, input: What is 3 + 4?, target: ['7', seven], category: sums }
`;
