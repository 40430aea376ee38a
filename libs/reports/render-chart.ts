import {
  CustomChart,
  LineChart,
  ScatterChart,
  type CustomSeriesOption,
  type LineSeriesOption,
  type ScatterSeriesOption,
} from 'echarts/charts';
import { GridComponent, type GridComponentOption } from 'echarts/components';
import { init, use, type ComposeOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { COLOURS } from './theme.js';

use([CustomChart, LineChart, ScatterChart, GridComponent, SVGRenderer]);

export type ChartOption = ComposeOption<
  CustomSeriesOption | LineSeriesOption | ScatterSeriesOption | GridComponentOption
>;

/** One definition for all formats. Sizes in points. */
export interface Chart {
  title: string;
  /** What there is to see, in words. */
  description: string;
  width: number;
  height: number;
  option: ChartOption;
}

/** @param name makes the ids in the picture unique among those of a document */
export function renderChart({ width, height, option }: Chart, name: string): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: 'Roboto', color: COLOURS.ink }, ...option });
    // ECharts numbers the ids of a process and adds styles for pointers: neither belongs into a file.
    return chart
      .renderToSVGString({ useViewBox: true })
      .replace(/<style[^]*?<\/style>/g, '')
      .replace(/ (class|ecmeta_\w+|pointer-events)="[^"]*"/g, '')
      .replace(/\bzr\d+-/g, `${name}-`);
  } finally {
    chart.dispose();
  }
}

/** An axis as all charts have it. */
export const AXIS = {
  nameLocation: 'middle',
  nameTextStyle: { color: COLOURS.muted, fontSize: 8 },
  axisLabel: { color: COLOURS.muted, fontSize: 8, hideOverlap: true },
  axisLine: { lineStyle: { color: COLOURS.faint } },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: COLOURS.faint, width: 0.5 } },
} as const;

/** A label that no name makes longer than a chart has room for. */
export const shortened = (text: string, length = 22): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;

/** The range of a logarithmic axis around positive values, to the next 1, 2 or 5 on either side. */
export function roundRange(values: readonly number[]): { min: number; max: number } {
  const round = (value: number, steps: number[], fits: (step: number) => boolean): number => {
    const decade = 10 ** Math.floor(Math.log10(value));
    return steps.map((step) => step * decade).find(fits) ?? value;
  };
  const [low, high] = [Math.min(...values) / 1.1, Math.max(...values) * 1.1];
  return {
    min: round(low, [5, 2, 1], (step) => step <= low),
    max: round(high, [2, 5, 10], (step) => step >= high),
  };
}
