import { Table, Text } from '@mantine/core';
import type { Row } from './csv.js';
import { NONE } from './format.js';

const figure = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

/** What a chart is drawn from, for those who would rather read it, or have it read. */
export function Figures({ title, rows }: { title: string; rows: Row[] }) {
  const head = Object.keys(rows[0] ?? {});
  return (
    <details>
      <Text component="summary" size="sm" style={{ cursor: 'pointer' }}>
        Figures
      </Text>
      <div
        tabIndex={0}
        role="region"
        aria-label={`Figures of ${title}`}
        style={{ overflow: 'auto', maxHeight: 400 }}
      >
        <Table stickyHeader fz="sm">
          <Table.Thead>
            <Table.Tr>
              {head.map((name) => (
                <Table.Th key={name}>{name.replaceAll('_', ' ')}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, place) => (
              <Table.Tr key={place}>
                {head.map((name) => (
                  <Table.Td key={name}>{written(row[name])}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </details>
  );
}

function written(value: Row[string]): string {
  if (value === null || value === undefined) return NONE;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' ? figure.format(value) : value;
}
