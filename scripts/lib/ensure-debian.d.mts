export function findProgram(program: string): string | undefined;
export function ensureProgram(program: string, debianPackage?: string): Promise<string | undefined>;
export function installPackage(name: string): Promise<boolean>;
