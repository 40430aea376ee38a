const READY_MS = 2000;

/** A dependency that hangs is as good as down, and /ready must say so soon. */
export async function withinReadyTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${READY_MS} ms.`)), READY_MS);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
