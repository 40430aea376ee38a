import type { Published } from '../../api/types.js';
import { sendDefinition } from './dry-run.js';
import type { Kind, Mapping } from './import-kinds.js';
import { upload } from './upload.js';

export interface ImportSettings {
  file: File;
  kind: Kind;
  name: string;
  mapping: Mapping;
  prompt: string;
  scorer: string;
  /** The YAML of a task of lm-evaluation-harness. */
  task: string;
}

interface Omission {
  key: string;
  reason: string;
}

export interface Imported {
  benchmarks: Published[];
  omissions: Omission[];
}

type Answered = Published & { benchmarks?: Published[]; not_carried_over?: Omission[] };

/** Sends a file to the importer of its kind. */
export async function sendImport(
  settings: ImportSettings,
  isDryRun: boolean,
  onProgress: (share: number) => void,
): Promise<Imported> {
  const { file, kind, name, task } = settings;
  if (kind === 'definition')
    return { benchmarks: [await sendDefinition(await file.text(), isDryRun)], omissions: [] };
  const path = `/api/v1/benchmarks/${kind === 'dataset' ? 'upload' : `import/${kind}`}`;
  const options = {
    name,
    dry_run: isDryRun,
    ...(kind === 'lm-eval' && { task }),
    ...(kind === 'dataset' && datasetOptions(settings)),
  };
  const answer = await upload<Answered>(path, options, file, onProgress);
  return { benchmarks: answer.benchmarks ?? [answer], omissions: answer.not_carried_over ?? [] };
}

const datasetOptions = ({ mapping, prompt, scorer }: ImportSettings) => ({
  scoring: { scorers: [{ type: scorer }] },
  mapping,
  ...(prompt.trim() !== '' && { prompt: { messages: [{ role: 'user', content: prompt }] } }),
});
