import type { Command } from 'commander';

/** A command as a shell completes it. */
export interface CompletedCommand {
  /** Below the program, as in ['agents', 'add']; empty for the program itself. */
  path: string[];
  description: string;
  subcommands: { name: string; description: string }[];
  options: {
    long: string;
    short: string | undefined;
    description: string;
    choices: string[];
    takesValue: boolean;
  }[];
  /** Of its first argument. */
  choices: string[];
}

/** The program and everything below it. */
export function commandTree(program: Command): CompletedCommand[] {
  const walk = (command: Command, path: string[]): CompletedCommand[] => [
    {
      path,
      description: command.description(),
      subcommands: command.commands.map((each) => ({ name: each.name(), description: each.description() })),
      options: [...command.options, ...(path.length > 0 ? program.options : [])].map((option) => ({
        long: option.long ?? '',
        short: option.short,
        description: option.description,
        choices: option.argChoices ?? [],
        takesValue: option.required || option.optional,
      })),
      choices: command.registeredArguments[0]?.argChoices ?? [],
    },
    ...command.commands.flatMap((each) => walk(each, [...path, each.name()])),
  ];
  return walk(program, []);
}
