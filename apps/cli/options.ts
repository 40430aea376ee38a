import { InvalidArgumentError } from 'commander';

/** For an option that holds a whole number. */
export const integer =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least)
      throw new InvalidArgumentError(`It has to be a whole number from ${least}.`);
    return value;
  };

/** For an option that holds a number, such as an amount of USD. */
export function amount(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('It has to be a number from 0.');
  return value;
}

/** For an option that may be given several times. */
export const collect = (text: string, before: string[] = []): string[] => [...before, text];
