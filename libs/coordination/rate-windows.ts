export interface Taken {
  granted: boolean;
  /** Milliseconds until the window ends, and all of its points are there again. */
  endsInMs: number;
}

/** So many points in so many seconds, for all processes together. */
export interface RateWindow {
  /** Takes the points, or nothing where fewer are left. At most all points of the window. */
  take(points: number): Promise<Taken>;

  /** Takes more without asking, or gives back where `points` is negative; at once, and without telling whether. */
  correct(points: number): void;
}

export abstract class RateWindows {
  /** The window that everybody shares who names the same key. It begins with the first points taken. */
  abstract window(key: string, points: number, seconds: number): RateWindow;
}
