import { useComputedColorScheme } from '@mantine/core';

/** Okabe and Ito 2008: told apart with any kind of colour vision. Of both schemes those with enough contrast. */
const COLORS = {
  light: ['#0072b2', '#d55e00', '#00835f', '#9b4f83', '#8a6500', '#3d3d3d'],
  dark: ['#56b4e9', '#e69f00', '#2fc79a', '#e59fc6', '#f0e442', '#e0e0e0'],
} as const;

/** The colour is never alone: as many shapes, in the same order. */
const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'roundRect', 'arrow'] as const;

export interface Look {
  color: string;
  symbol: string;
}

export interface Palette {
  /** Of the k-th series; after all shapes have been used, with another colour each. */
  look: (place: number) => Look;
  text: string;
  line: string;
  band: string;
}

export function usePalette(): Palette {
  const scheme = useComputedColorScheme('light');
  const colors = COLORS[scheme];
  return {
    look: (place) => ({
      color: colors[(place + Math.floor(place / SYMBOLS.length)) % colors.length] as string,
      symbol: SYMBOLS[place % SYMBOLS.length] as string,
    }),
    text: scheme === 'dark' ? '#c9c9c9' : '#424242',
    line: scheme === 'dark' ? '#5c5f66' : '#ced4da',
    band: scheme === 'dark' ? 'rgba(255,255,255,0.09)' : 'rgba(0,0,0,0.06)',
  };
}
