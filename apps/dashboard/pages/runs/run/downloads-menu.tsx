import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { Run } from '../../../api/types.js';
import { isActive } from '../../../ui/run-status.js';

/** Files of a run. The browser fetches them itself, so that a large one need not fit in the page. */
export function DownloadsMenu({ run }: { run: Run }) {
  const base = `/api/v1/runs/${run.id}`;
  const results = (format: string) => `${base}/results/export?format=${format}`;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />}>
          Download
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Results of all trials</Menu.Label>
        <File href={results('csv')}>CSV</File>
        <File href={results('jsonl')}>JSONL</File>
        <File href={results('parquet')}>Parquet</File>
        {!isActive(run.status) && (
          <>
            <Menu.Label>Report</Menu.Label>
            <File href={`${base}/report?format=pdf`}>PDF</File>
            <File href={`${base}/report?format=html`}>HTML</File>
            <Menu.Label>To import elsewhere</Menu.Label>
            <File href={`${base}/export?format=jsonl.gz`}>Whole run</File>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function File({ href, children }: { href: string; children: string }) {
  return (
    <Menu.Item component="a" href={href} download>
      {children}
    </Menu.Item>
  );
}
