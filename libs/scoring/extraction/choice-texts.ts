const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
export const MAX_CHOICES = ALPHABET.length;

/** The options of a sample as an answer may name them. */
export interface Options {
  letters: string;
  /** Letter by folded text; a text that two options share names neither. */
  byText: ReadonlyMap<string, string>;
}

export function optionsOf(choices?: readonly string[]): Options {
  const folded = (choices ?? []).map(fold);
  const unique = folded.flatMap((text, index): [string, string][] =>
    text !== '' && folded.indexOf(text) === folded.lastIndexOf(text) ? [[text, ALPHABET.charAt(index)]] : [],
  );
  return { letters: ALPHABET.slice(0, choices?.length), byText: new Map(unique) };
}

/** The letter of the option whose text this is, whatever the case, markup and final period. */
export const choiceOf = (text: string, { byText }: Options): string | undefined => byText.get(fold(text));

/** Without emphasis, code marks and LaTeX's `\text{}`; runs of blanks become one space, lines stay. */
export function plainText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\\(?:text|textbf|mathrm|mathbf)\{([^{}]*)\}/g, '$1')
    .replace(/\*\*|__|`/g, '')
    .replace(/[^\S\n]+/g, ' ');
}

function fold(text: string): string {
  return plainText(text)
    .replace(/^[\s*_"'“‘([{<$:]+/u, '')
    .trim()
    .replace(/[.*"'”’$]$/u, '')
    .toLowerCase();
}
