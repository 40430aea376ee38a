export function withLock<T>(name: string, action: () => Promise<T>): Promise<T>;
