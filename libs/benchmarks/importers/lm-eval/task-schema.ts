import { z } from 'zod';

const text = z.string();

const filterSchema = z.looseObject({ function: text });
const filterSetSchema = z.object({ name: text, filter: z.array(filterSchema).min(1) });
const metricSchema = z.looseObject({ metric: text });

/** Of the harness's `TaskConfig` what is carried over; its defaults are the harness's. */
export const taskSchema = z.looseObject({
  task: text.optional(),
  output_type: z
    .enum(['generate_until', 'multiple_choice'], {
      error: 'is generate_until or multiple_choice: agents give text, and no likelihoods',
    })
    .default('generate_until'),
  doc_to_text: text,
  doc_to_target: z.union([text, z.int()]),
  doc_to_choice: z
    .union([text, z.array(z.coerce.string()), z.record(text, z.coerce.string()).transform(Object.values)])
    .optional(),
  description: text.default(''),
  target_delimiter: text.default(' '),
  fewshot_delimiter: text.default('\n\n'),
  num_fewshot: z.int().min(0).nullable().default(0),
  fewshot_config: z.looseObject({}).nullable().optional(),
  generation_kwargs: z.looseObject({}).nullable().optional(),
  repeats: z.int().min(1).default(1),
  filter_list: z.array(filterSetSchema).nullable().optional(),
  metric_list: z.array(metricSchema).nullable().optional(),
});

export type Task = z.output<typeof taskSchema>;
export type Filter = z.output<typeof filterSchema>;
export type Metric = z.output<typeof metricSchema>;

/** What has no twin, and why; keys that are in neither list are not known at all. */
export const OMITTED_KEYS: Readonly<Record<string, string>> = {
  group: 'Groups of tasks are not imported; make a run of each benchmark.',
  tag: 'Tags of tasks are not imported.',
  task_alias: 'Not imported; give the benchmark a title.',
  dataset_path: 'The dataset is the file that is sent.',
  dataset_name: 'The dataset is the file that is sent.',
  dataset_kwargs: 'The dataset is the file that is sent.',
  training_split: 'Every row of the file is a sample.',
  validation_split: 'Every row of the file is a sample.',
  test_split: 'Every row of the file is a sample.',
  fewshot_split: 'Send the rows of this split as few_shot_rows.',
  should_decontaminate: 'There is no check for contamination.',
  doc_to_decontamination_query: 'There is no check for contamination.',
  gen_prefix: 'Answers cannot be begun for an agent.',
  metadata: 'Not imported; say it in the description.',
};

/** Without these the questions would be others, so that a task with them is refused. */
export const REFUSED_KEYS = ['use_prompt', 'doc_to_image', 'doc_to_audio', 'custom_dataset'];
