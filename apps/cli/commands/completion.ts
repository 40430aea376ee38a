import { Argument, type Command } from 'commander';
import { completionFor, SHELLS, type Shell } from '../completion/completion.js';
import { Output } from '../output.js';
import type { GlobalOptions } from '../session.js';

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('Print what makes a shell complete these commands')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText(
      'after',
      `
bash  aibench completion bash > ~/.local/share/bash-completion/completions/aibench
zsh   aibench completion zsh > "\${fpath[1]}/_aibench"
fish  aibench completion fish > ~/.config/fish/completions/aibench.fish`,
    )
    .action((shell: Shell, _options: object, command: Command) => {
      const script = completionFor(shell, program);
      new Output(command.optsWithGlobals<GlobalOptions>().json ?? false).answer({ shell, script }, () =>
        script.split('\n'),
      );
    });
}
