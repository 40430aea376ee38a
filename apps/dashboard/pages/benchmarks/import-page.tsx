import { Stack } from '@mantine/core';
import { useState } from 'react';
import { Failure } from '../../ui/answer.js';
import { Page } from '../../ui/page.js';
import { DropZone } from './drop-zone.js';
import { firstRows, type FileHead } from './first-rows.js';
import { ImportForm } from './import-form.js';

interface Read {
  file: File;
  head: FileHead;
}

export function ImportPage() {
  const [read, setRead] = useState<Read>();
  const [error, setError] = useState<unknown>();
  const take = (file: File) => {
    setError(undefined);
    firstRows(file).then((head) => setRead({ file, head }), setError);
  };
  return (
    <Page
      title="Import a benchmark"
      lead="The file is checked as a whole before anything is stored: one bad row, and nothing is."
    >
      <Stack>
        <DropZone file={read?.file} onFile={take} />
        {error !== undefined && <Failure error={error} />}
        {read && <ImportForm key={`${read.file.name} ${read.file.lastModified}`} {...read} />}
      </Stack>
    </Page>
  );
}
