import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AppError } from '#libs/common';
import { AppConfig } from '#libs/config';
import { GuardedClient } from '#libs/outbound';
import { splitSchema } from '../sample.js';
import type { DatasetFile } from './dataset-file.js';
import { openBelow } from './dataset-folder.js';
import { DATASET_FORMATS } from './dataset-format.js';
import { fieldMappingSchema } from './field-mapping.js';
import type { DatasetRow } from './dataset-row.js';
import { readDataset } from './read-dataset.js';
import { readSamples, type ImportedSample, type ReadSamplesOptions } from './read-samples.js';
import { compileSampleSchema } from './sample-schema.js';

/** Of what is read from disk at a time, in bytes. */
const highWaterMark = 64 * 1024;

/** How rows become samples, whatever file they come from. */
export const importOptionsSchema = z.strictObject({
  mapping: fieldMappingSchema.optional(),
  schema: z
    .record(z.string(), z.unknown())
    .describe('A JSON Schema (2020-12, or draft-07) that every sample must fit; its patterns are RE2')
    .optional(),
});

export const formatSchema = z.enum(DATASET_FORMATS).describe('Unset: found by content and name').optional();

/** A file that the service fetches itself. */
export const datasetReferenceSchema = z
  .strictObject({
    path: z.string().min(1).max(1000).describe('A name below DATASET_FOLDER').optional(),
    url: z.string().min(1).max(2000).describe('http or https').optional(),
    format: formatSchema,
    split: splitSchema.describe('Of all its samples').optional(),
  })
  .refine(
    ({ path, url }) => (path === undefined) !== (url === undefined),
    'needs a path or a url, and not both',
  );

export type ImportOptions = z.infer<typeof importOptionsSchema>;
export type DatasetReference = z.infer<typeof datasetReferenceSchema>;

/** Reads samples from files that were sent, that lie in the operator's folder, or that a URL leads to. */
@Injectable()
export class DatasetReader {
  private readonly settings;

  constructor(
    { datasets }: AppConfig,
    private readonly client: GuardedClient,
  ) {
    this.settings = datasets;
  }

  /** @throws AppError `invalid_schema` at once; about the file, while it is read. */
  samplesOf(
    file: DatasetFile,
    { mapping, schema }: Omit<ImportOptions, 'mapping'> & Pick<ReadSamplesOptions, 'mapping'>,
    { format, split }: Pick<DatasetReference, 'format' | 'split'>,
  ): AsyncGenerator<ImportedSample[]> {
    const schemaProblems = schema && compileSampleSchema(schema);
    const rows = readDataset(file, format, this.settings.limitBytes);
    return readSamples(rows, { mapping, schemaProblems, split });
  }

  /** The rows of a file that holds something else than samples. @throws AppError about the file, while it is read. */
  rowsOf(file: DatasetFile, format?: DatasetReference['format']): AsyncGenerator<DatasetRow[]> {
    return readDataset(file, format, this.settings.limitBytes);
  }

  /** The samples of several files, one after the other; what is wrong with one of several names its file. */
  async *samples(files: DatasetReference[], options: ImportOptions): AsyncGenerator<ImportedSample[]> {
    for (const reference of files) {
      const file = await this.open(reference);
      try {
        for await (const rows of this.samplesOf(file, options, reference)) {
          yield files.length > 1 ? rows.map((row) => inFile(row, file.name)) : rows;
        }
      } finally {
        await file.handle?.close();
      }
    }
  }

  private async open({ path = '', url }: DatasetReference): Promise<DatasetFile> {
    const { folder, urls, limitBytes } = this.settings;
    if (url !== undefined) {
      if (urls === 'off') throw notEnabled('datasets are not read from URLs', 'leave out DATASET_URLS=off');
      const name =
        url
          .replace(/[?#].*/s, '')
          .split('/')
          .at(-1) ?? '';
      return { name, bytes: this.client.download(url, limitBytes) };
    }
    if (folder === undefined)
      throw notEnabled('there is no folder of datasets', 'name one in DATASET_FOLDER');
    const handle = await openBelow(folder, path);
    return {
      name: path,
      handle,
      bytes: handle.createReadStream({ autoClose: false, start: 0, highWaterMark }),
    };
  }
}

const notEnabled = (what: string, how: string): AppError =>
  AppError.invalid(
    'not_enabled',
    `Here ${what}. Send the file to POST /api/v1/benchmarks/upload, or have the operator ${how}.`,
  );

const inFile = (row: ImportedSample, name: string): ImportedSample =>
  'sample' in row
    ? row
    : { errors: row.errors.map((error) => ({ ...error, message: `${name}: ${error.message}` })) };
