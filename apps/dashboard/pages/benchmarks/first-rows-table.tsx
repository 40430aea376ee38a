import { Table, Text } from '@mantine/core';
import type { FileRow } from './first-rows.js';

/** The first rows of a file as they are. */
export function FirstRows({ rows, columns }: { rows: FileRow[]; columns: string[] }) {
  return (
    <Table.ScrollContainer minWidth={480} maxHeight={320}>
      <Table stickyHeader aria-label="First rows of the file">
        <Table.Thead>
          <Table.Tr>
            {columns.map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, i) => (
            <Table.Tr key={i}>
              {columns.map((name) => (
                <Table.Td key={name}>
                  <Text size="sm" truncate maw={280}>
                    {shown(row[name])}
                  </Text>
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value, bigAsText);

/** Parquet has integers that JSON has not. */
const bigAsText = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
