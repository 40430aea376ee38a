import type { Command } from 'commander';
import { commandTree, type CompletedCommand } from './command-tree.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A script for the shell, made of the commands themselves, so that none is forgotten. */
export function completionFor(shell: Shell, program: Command): string {
  const tree = commandTree(program);
  if (shell === 'fish') return fish(tree);
  // zsh runs what bash does, by its own emulation of it.
  return shell === 'bash'
    ? bash(tree)
    : `#compdef aibench\nautoload -Uz bashcompinit && bashcompinit\n${bash(tree)}`;
}

/** By the words before the cursor that name a command; files where nothing else fits. */
function bash(tree: CompletedCommand[]): string {
  const words = ({ subcommands, choices, options }: CompletedCommand): string =>
    [...subcommands.map(({ name }) => name), ...choices, ...options.map(({ long }) => long)].join(' ');
  const ofOptions = tree.flatMap(({ path, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(({ long, choices }) => `    '${[...path, long].join(' ')}') words='${choices.join(' ')}' ;;`),
  );
  return `_aibench() {
  local path='' word words='' current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${tree
  .filter(({ path }) => path.length > 0)
  .map(
    ({ path }) =>
      `      '${[path.slice(0, -1).join(' '), path.at(-1)].join(' ')}') path='${path.join(' ')}' ;;`,
  )
  .join('\n')}
    esac
  done
  case "$path $previous" in
${ofOptions.join('\n')}
    *) case "$path" in
${tree.map((command) => `      '${command.path.join(' ')}') words='${words(command)}' ;;`).join('\n')}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ \${#COMPREPLY[@]} -eq 0 && $current != -* ]] && COMPREPLY=($(compgen -f -- "$current"))
  return 0
}
complete -o filenames -F _aibench aibench
`;
}

function fish(tree: CompletedCommand[]): string {
  const quote = (text: string): string => `'${text.replace(/['\\\\]/g, '\\\\$&')}'`;
  const lines = tree.flatMap(({ path, subcommands, options, choices }) => {
    // Of a command with commands below it only as long as none of them was named.
    const below = subcommands.map(({ name }) => name).join(' ');
    const condition = [
      ...path.map((name) => `__fish_seen_subcommand_from ${name}`),
      ...(below === '' ? [] : [`not __fish_seen_subcommand_from ${below}`]),
    ].join('; and ');
    const complete = `complete -c aibench${condition === '' ? '' : ` -n ${quote(condition)}`}`;
    return [
      ...subcommands.map(({ name, description }) => `${complete} -f -a ${name} -d ${quote(description)}`),
      ...choices.map((choice) => `${complete} -f -a ${choice}`),
      ...options.map(
        ({ long, short, description, choices: values, takesValue }) =>
          `${complete} -l ${long.slice(2)}${short ? ` -s ${short.slice(1)}` : ''}${takesValue ? ' -r' : ''}` +
          `${values.length > 0 ? ` -f -a ${quote(values.join(' '))}` : ''} -d ${quote(description)}`,
      ),
    ];
  });
  return `${lines.join('\n')}\n`;
}
