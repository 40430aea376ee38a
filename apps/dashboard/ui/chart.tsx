import { Button, Group, Paper, Skeleton, Stack, Text, Title, useComputedColorScheme } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';
import { toCsv, type Row } from './csv.js';
import { download } from './download.js';
import { Figures } from './figures.js';

interface ChartProps {
  title: string;
  /** What the picture shows, in a sentence, for those who do not see it. */
  description: string;
  option: EChartsCoreOption;
  /** What it is drawn from, for the CSV and the table below it. */
  rows: Row[];
  height?: number;
}

/** A chart with its picture and its figures to take along. ECharts itself comes when the first one is shown. */
export function Chart({ title, description, option, rows, height = 320 }: ChartProps) {
  const scheme = useComputedColorScheme('light');
  const frame = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType>();

  useEffect(() => {
    const element = frame.current as HTMLDivElement;
    let made: EChartsType | undefined;
    let isGone = false;
    const observer = new ResizeObserver(() => made?.resize());
    void import('./echarts.js').then(({ init }) => {
      if (isGone) return;
      made = init(element, scheme === 'dark' ? 'dark' : undefined, { renderer: 'svg' });
      observer.observe(element);
      setChart(made);
    });
    return () => {
      isGone = true;
      observer.disconnect();
      made?.dispose();
      setChart(undefined);
    };
  }, [scheme]);

  useEffect(() => {
    chart?.setOption({ backgroundColor: 'transparent', animation: false, ...option }, { notMerge: true });
  }, [chart, option]);

  const name = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return (
    <Paper withBorder p="md">
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h4">
            {title}
          </Title>
          <Group gap="xs">
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<IconDownload size={14} />}
              disabled={!chart}
              onClick={() => download(`${name}.svg`, 'image/svg+xml', chart?.renderToSVGString() ?? '')}
            >
              Picture
            </Button>
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<IconDownload size={14} />}
              onClick={() => download(`${name}.csv`, 'text/csv', toCsv(rows))}
            >
              CSV
            </Button>
          </Group>
        </Group>
        <Text size="sm" c="dimmed">
          {description}
        </Text>
        <div ref={frame} role="img" aria-label={`${title}. ${description}`} style={{ height }}>
          {!chart && <Skeleton h={height} />}
        </div>
        <Figures title={title} rows={rows} />
      </Stack>
    </Paper>
  );
}
