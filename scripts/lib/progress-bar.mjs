const WIDTH = 30;

/** A line that fills up: redrawn in a terminal, elsewhere a new line every 10 %. */
export class ProgressBar {
  #label;
  #printed = -1;

  /** @param {string} label */
  constructor(label) {
    this.#label = label;
  }

  /** @param {number} fraction from 0 to 1 */
  update(fraction) {
    const percent = Math.floor(fraction * 100);
    const filled = Math.round(fraction * WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    const line = `${this.#label} ${bar} ${String(percent).padStart(3)} %`;
    if (process.stdout.isTTY) process.stdout.write(`\r${line}`);
    else if (Math.floor(percent / 10) > this.#printed) console.log(line);
    this.#printed = Math.max(this.#printed, Math.floor(percent / 10));
  }

  /** Leaves the bar as it is and goes on below it. */
  end() {
    if (process.stdout.isTTY) process.stdout.write('\n');
  }
}
