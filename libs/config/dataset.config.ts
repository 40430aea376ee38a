import { z } from 'zod';
import { integer, oneOf, text } from './env.js';

export const datasetSchema = z
  .object({
    DATASET_FOLDER: text(),
    DATASET_URLS: oneOf(['on', 'off'], 'on'),
    DATASET_LIMIT_BYTES: integer(4 * 1024 ** 3, 1024, 1024 ** 4),
  })
  .transform((env) => ({
    /** Whose files any caller may import. Undefined: there is none. */
    folder: env.DATASET_FOLDER,
    /** Whether callers may have datasets fetched from URLs. */
    urls: env.DATASET_URLS,
    /** Of one dataset, decompressed. */
    limitBytes: env.DATASET_LIMIT_BYTES,
  }));
