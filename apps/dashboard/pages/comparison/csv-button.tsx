import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { toCsv, type Row } from '../../ui/csv.js';
import { download } from '../../ui/download.js';

/** A table to take along; `name` without its ending. */
export function CsvButton({ name, rows }: { name: string; rows: Row[] }) {
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      leftSection={<IconDownload size={14} />}
      disabled={rows.length === 0}
      onClick={() => download(`${name}.csv`, 'text/csv', toCsv(rows))}
    >
      CSV<span className="visually-hidden"> of {name.replaceAll('-', ' ')}</span>
    </Button>
  );
}
