import { Injectable } from '@nestjs/common';
import {
  distinctUntilChanged,
  exhaustMap,
  finalize,
  shareReplay,
  takeWhile,
  timer,
  type Observable,
} from 'rxjs';
import { isFinished } from './run-state.js';
import { RunsReader, type RunView } from './runs-reader.js';

const EVERY_MS = 500;

/** Follows runs by their counters in Postgres, so that any api process can tell of any run. */
@Injectable()
export class RunProgress {
  private readonly watched = new Map<string, Observable<RunView>>();

  constructor(private readonly reader: RunsReader) {}

  /**
   * The run now and on every change, at most twice a second, until it ends. However many follow a run, it is read
   * once for all of them.
   */
  watch(workspaceId: string, runId: string): Observable<RunView> {
    let view = this.watched.get(runId);
    if (!view) {
      view = timer(0, EVERY_MS).pipe(
        exhaustMap(() => this.reader.get(workspaceId, runId)),
        distinctUntilChanged((before, now) => JSON.stringify(before) === JSON.stringify(now)),
        takeWhile((run) => !isFinished(run.status), true),
        finalize(() => this.watched.delete(runId)),
        shareReplay({ bufferSize: 1, refCount: true }),
      );
      this.watched.set(runId, view);
    }
    return view;
  }
}
