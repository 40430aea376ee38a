import { Injectable } from '@nestjs/common';
import {
  asyncScheduler,
  exhaustMap,
  finalize,
  merge,
  scan,
  shareReplay,
  takeWhile,
  throttleTime,
  timer,
  type Observable,
} from 'rxjs';
import { inWorkspace } from '#libs/database';
import { noPace, paceAt, type Pace } from './run-pace.js';
import { RunSignals } from './run-signals.js';
import { isFinished } from './run-state.js';
import { RunsReader, type RunView } from './runs-reader.js';

/** However much changes, it is told at most so often; and at least so often, also to keep the connection open. */
const AT_MOST_EVERY_MS = 500;
const AT_LEAST_EVERY_MS = 5000;

export interface RunProgressView {
  run: RunView;
  pace: Pace;
}

/** Follows runs by signals of workers and counters in Postgres, so that any api process can tell of any run. */
@Injectable()
export class RunProgress {
  private readonly watched = new Map<string, Observable<RunProgressView>>();

  constructor(
    private readonly reader: RunsReader,
    private readonly signals: RunSignals,
  ) {}

  /**
   * The run now and on every change, at most twice a second and at least every five seconds, until it ends. However
   * many follow a run, it is read once for all of them.
   */
  watch(workspaceId: string, runId: string): Observable<RunProgressView> {
    const key = `${workspaceId} ${runId}`;
    let view = this.watched.get(key);
    if (!view) {
      view = merge(timer(0, AT_LEAST_EVERY_MS), this.signals.changes(runId)).pipe(
        throttleTime(AT_MOST_EVERY_MS, asyncScheduler, { leading: true, trailing: true }),
        // Clocks and signals have no scope.
        exhaustMap(() => inWorkspace(workspaceId, () => this.reader.get(workspaceId, runId))),
        scan((before, run): RunProgressView => ({ run, pace: paceAt(before.pace, run) }), {
          pace: noPace(),
        } as RunProgressView),
        takeWhile(({ run }) => !isFinished(run.status), true),
        finalize(() => this.watched.delete(key)),
        shareReplay({ bufferSize: 1, refCount: true }),
      );
      this.watched.set(key, view);
    }
    return view;
  }
}
