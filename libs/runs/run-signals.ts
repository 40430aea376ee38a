import { Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import { Signals } from '#libs/coordination';

/** Changes of one run within so many milliseconds are told of together. */
const TOGETHER_MS = 250;

/** Tells all processes that something of a run is another now; what, they read in Postgres. */
@Injectable()
export class RunSignals {
  private readonly due = new Map<string, NodeJS.Timeout>();

  constructor(private readonly signals: Signals) {}

  changed(runId: string): void {
    if (this.due.has(runId)) return;
    const tell = (): void => {
      this.due.delete(runId);
      this.signals.publish(topicOf(runId), '');
    };
    this.due.set(runId, setTimeout(tell, TOGETHER_MS).unref());
  }

  /** Every change heard of from now on. Some may be missed. */
  changes(runId: string): Observable<string> {
    return new Observable((subscriber) =>
      this.signals.subscribe(topicOf(runId), (message) => subscriber.next(message)),
    );
  }
}

const topicOf = (runId: string): string => `run ${runId}`;
