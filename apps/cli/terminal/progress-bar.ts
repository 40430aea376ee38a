import stringWidth from 'string-width';
import type { RunProgress } from '../api/types.js';
import { count, money, rate, timeLeft } from './format.js';
import { onOneLine } from './printable.js';
import { shorten } from './table.js';

const MAX_BAR = 30;
const MIN_BAR = 8;

/** A line on standard error that fills up: redrawn in a terminal, elsewhere a new line every 10 %. */
export class ProgressBar {
  private printed = -1;

  constructor(
    private readonly label: string,
    private readonly stream: NodeJS.WriteStream = process.stderr,
  ) {}

  update(progress: RunProgress): void {
    const tenth = Math.floor(progress.progress * 10);
    if (this.stream.isTTY)
      this.stream.write(`\r\u001b[K${progressLine(this.label, progress, (this.stream.columns || 80) - 1)}`);
    else if (tenth > this.printed) this.stream.write(`${progressLine(this.label, progress, 120)}\n`);
    this.printed = Math.max(this.printed, tenth);
  }

  /** Leaves the line as it is and goes on below it. */
  end(): void {
    if (this.stream.isTTY && this.printed >= 0) this.stream.write('\n');
  }
}

/** At most `width` columns: the bar shrinks first, then what is told beside it goes, the last first. */
export function progressLine(label: string, progress: RunProgress, width: number): string {
  const name = shorten(onOneLine(label), Math.max(12, width - 20));
  const percent = `${String(Math.floor(progress.progress * 100)).padStart(3)} %`;
  const facts = [
    `${count(progress.done)}/${count(progress.trials)}`,
    ...(progress.eta_s ? [`ETA ${timeLeft(progress.eta_s)}`] : []),
    money(progress.cost_usd),
    ...(progress.trials_per_s ? [rate(progress.trials_per_s)] : []),
  ];
  for (;;) {
    const beside = [percent, ...facts].join('  ');
    const room = width - stringWidth(name) - stringWidth(beside) - 2;
    if (room >= MIN_BAR || facts.length === 0) {
      const size = Math.max(0, Math.min(MAX_BAR, room));
      const filled = Math.round(progress.progress * size);
      return `${name} ${'█'.repeat(filled)}${'░'.repeat(size - filled)} ${beside}`;
    }
    facts.pop();
  }
}
