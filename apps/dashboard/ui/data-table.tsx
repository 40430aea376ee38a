import { Table, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import {
  constructCell,
  createSortedRowModel,
  rowSortingFeature,
  sortFns,
  tableFeatures,
  useTable,
  type ColumnDef,
  type RowData,
} from '@tanstack/react-table';
import { useRouter } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, type MouseEvent } from 'react';
import classes from './data-table.module.css';
import { slotsOf } from './slots.js';

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns,
});

export type Columns<T extends RowData> = ColumnDef<typeof features, T>[];

interface DataTableProps<T extends RowData> {
  /** What the rows are, for those who do not see the table. */
  label: string;
  columns: Columns<T>;
  rows: T[];
  /** Only rows that are all here can be sorted here. */
  sortable?: boolean;
  /** Is called when the last rows come into view; the next page then is to be added to `rows`. */
  onEnd?: () => void;
  /** Pixels that the table may take; longer ones scroll, and only what is seen is in the page. */
  height?: number;
  minWidth?: number;
}

/** Pixels of a row of one line, by the stylesheet: what has another height is measured, and drawn twice. */
const ROW = 41;

/**
 * Rows of any number below a head that stays. While they scroll, each frame draws dozens of them, so that links in cells of
 * long tables are plain ones (`<a href>`), which the table follows within the page, as is all else that a cell can do without.
 * A row that leaves the view is used again for one that comes: a cell with a state of its own has a key, which says whose it is.
 */
export function DataTable<T extends RowData>({
  label,
  columns,
  rows,
  sortable = false,
  onEnd,
  height = 640,
  minWidth = 640,
}: DataTableProps<T>) {
  const table = useTable({ features, columns, data: rows, enableSorting: sortable, getRowId: idOf });
  const router = useRouter();
  const sorted = table.getRowModel().rows;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 4,
  });
  const seen = virtual.getVirtualItems();
  const [first, last] = [seen[0], seen.at(-1)];
  const shown = seen.flatMap(({ index }) => sorted[index] ?? []);
  const slots = useRef<ReadonlyMap<string, number>>(new Map());
  slots.current = slotsOf(
    slots.current,
    shown.map(({ id }) => id),
  );
  const body = useRef<HTMLTableSectionElement>(null);
  useLayoutEffect(() => {
    for (const row of body.current?.rows ?? [])
      if (row.dataset.index) virtual.resizeItem(Number(row.dataset.index), row.offsetHeight);
  });
  const isAtEnd = last !== undefined && last.index >= sorted.length - 12;
  useEffect(() => {
    if (isAtEnd) onEnd?.();
  }, [isAtEnd, sorted.length, onEnd]);
  return (
    <div
      ref={scroller}
      style={{ overflow: 'auto', maxHeight: height }}
      onClick={(event) => {
        const href = ownLink(event);
        if (href === undefined) return;
        event.preventDefault();
        router.history.push(href);
      }}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <Table stickyHeader miw={minWidth} aria-rowcount={sorted.length + 1}>
        <Table.Thead>
          {table.getHeaderGroups().map((group) => (
            <Table.Tr key={group.id}>
              {group.headers.map((header) => {
                const { column } = header;
                const direction = column.getIsSorted();
                const title = <table.FlexRender header={header} />;
                return (
                  <Table.Th
                    key={header.id}
                    aria-sort={direction ? (direction === 'asc' ? 'ascending' : 'descending') : undefined}
                  >
                    {column.getCanSort() ? (
                      <UnstyledButton onClick={column.getToggleSortingHandler()} fz="inherit" fw="inherit">
                        {title} {direction === 'asc' && <IconArrowUp size={14} aria-hidden />}
                        {direction === 'desc' && <IconArrowDown size={14} aria-hidden />}
                      </UnstyledButton>
                    ) : (
                      title
                    )}
                  </Table.Th>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Thead>
        <Table.Tbody ref={body}>
          <Spacer height={first?.start ?? 0} />
          {shown.map((row, place) => {
            const index = (first?.index ?? 0) + place;
            return (
              <tr
                key={slots.current.get(row.id)}
                className={classes.row}
                data-index={index}
                aria-rowindex={index + 2}
              >
                {/* Not the row's own cells, which it keeps: pauses for garbage would be longer than a frame. */}
                {table.getAllLeafColumns().map((column) => (
                  <td key={column.id}>
                    <table.FlexRender cell={constructCell(column, row, table)} />
                  </td>
                ))}
              </tr>
            );
          })}
          <Spacer height={virtual.getTotalSize() - (last?.end ?? 0)} />
        </Table.Tbody>
      </Table>
      {sorted.length === 0 && (
        <Text c="dimmed" ta="center" p="lg">
          Nothing is here.
        </Text>
      )}
    </div>
  );
}

/** What is the same row when the rows are read again; by its place alone where it has no id. */
const idOf = (row: unknown, index: number): string =>
  typeof row === 'object' && row !== null && 'id' in row ? String(row.id) : String(index);

/** Of a page of ours, where a click is to open it here and nobody has seen to that. */
function ownLink(event: MouseEvent): string | undefined {
  const { target, button, ctrlKey, metaKey, shiftKey, altKey, defaultPrevented } = event;
  if (defaultPrevented || button !== 0 || ctrlKey || metaKey || shiftKey || altKey) return undefined;
  const link = target instanceof Element ? target.closest('a') : null;
  if (!link || link.origin !== location.origin || link.pathname.startsWith('/api/')) return undefined;
  return `${link.pathname}${link.search}${link.hash}`;
}

/** In place of the rows that are not in the page. */
function Spacer({ height }: { height: number }) {
  return height > 0 ? (
    <tr aria-hidden>
      <td style={{ height, padding: 0 }} />
    </tr>
  ) : null;
}
