import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/** Reads "start <pid>" and "end <pid>"; when its input ends, it kills who is left and removes the folder. */
const SCRIPT = `
while read -r event pid; do
  case $event in
    start) pids="$pids $pid " ;;
    end) pids=$(printf %s "$pids" | sed "s/ $pid / /") ;;
  esac
done
[ -z "$pids" ] || kill -KILL $pids
rm -rf "$1"`;

/**
 * Sees to it that nothing outlives the runner, even one that is killed. Processes that chaos has stopped would not
 * notice that a pipe was closed; this one, out of reach of the terminal's Ctrl-C, does.
 */
export class Keeper {
  private readonly input: Writable;

  constructor(folder: string) {
    const shell = spawn('sh', ['-c', SCRIPT, 'sh', folder], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.input = shell.stdin;
  }

  started(pid: number): void {
    this.input.write(`start ${pid}\n`);
  }

  ended(pid: number): void {
    this.input.write(`end ${pid}\n`);
  }
}
