import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { benchmarkHeaderSchema } from '#libs/benchmarks';
import { notCarriedOverSchema } from '../benchmarks/importers.schema.js';
import { runSchema } from './runs.schema.js';

/** The `options` part of an eval log of Inspect AI. */
const inspectOptionsSchema = z.strictObject({
  name: benchmarkHeaderSchema.shape.name.describe('Of the benchmark; unset, that of the task').optional(),
});
export class InspectOptionsDto extends createZodDto(inspectOptionsSchema) {}

export class ImportedRunDto extends createZodDto(
  runSchema.extend({ not_carried_over: notCarriedOverSchema }),
) {}
