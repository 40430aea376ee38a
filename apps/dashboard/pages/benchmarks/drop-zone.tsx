import { Button, Paper, Stack, Text, VisuallyHidden } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useRef, useState, type DragEvent } from 'react';

/** A file, dropped or chosen. */
export function DropZone({ file, onFile }: { file: File | undefined; onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const [dropped] = event.dataTransfer.files;
    if (dropped) onFile(dropped);
  };
  return (
    <Paper
      withBorder
      p="xl"
      style={{ borderStyle: 'dashed', ...(isOver && { borderColor: 'var(--mantine-primary-color-filled)' }) }}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      <Stack align="center" gap="xs" ta="center">
        <IconFileUpload size={32} stroke={1.4} aria-hidden />
        <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
          {file ? file.name : 'Drop a file here'}
        </Text>
        <Text size="sm" c="dimmed">
          JSONL, JSON, CSV, TSV or Parquet, gzip or not; YAML of a definition or of promptfoo
        </Text>
        <Button variant="default" onClick={() => input.current?.click()}>
          {file ? 'Choose another file' : 'Choose a file'}
        </Button>
        <VisuallyHidden>
          <input
            ref={input}
            type="file"
            tabIndex={-1}
            aria-label="File to import"
            accept=".jsonl,.ndjson,.json,.csv,.tsv,.parquet,.gz,.yaml,.yml"
            onChange={({ currentTarget: { files } }) => {
              if (files?.[0]) onFile(files[0]);
            }}
          />
        </VisuallyHidden>
      </Stack>
    </Paper>
  );
}
