/** By light; charts are drawn in these, and a dark page replaces each by its partner. */
export const COLOURS = {
  ink: '#1b2733',
  muted: '#66727f',
  faint: '#d9dfe5',
  wash: '#f3f6f9',
  accent: '#1f5f99',
  interval: '#9dbfdd',
  bounds: '#e3a857',
};

export const DARK: typeof COLOURS = {
  ink: '#e6edf3',
  muted: '#9aa7b4',
  faint: '#39434e',
  wash: '#1c232b',
  accent: '#6cb0ee',
  interval: '#37618a',
  bounds: '#b9812f',
};

/** Width between the margins of an A4 page, in points. */
export const PAGE_WIDTH = 595.28 - 2 * 40;

/** From here on white is easier to read on it than black; each is at least 4.5 : 1. */
const WHITE_FROM = 0.737;

/** White-blue at 0 to deep blue at 1: one hue, so that it reads in grey and to the colour-blind. */
export function heat(share: number): { fill: string; ink: string } {
  const [from, to] = [
    [236, 243, 250],
    [22, 78, 130],
  ] as const;
  const parts = from.map((start, i) =>
    Math.round(start + (to[i]! - start) * share)
      .toString(16)
      .padStart(2, '0'),
  );
  return { fill: `#${parts.join('')}`, ink: share > WHITE_FROM ? '#ffffff' : '#000000' };
}
