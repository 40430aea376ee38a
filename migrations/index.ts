import { CreateFoundation1795530000000 } from './1795530000000-create-foundation.js';
import { AddRunControl1795600000000 } from './1795600000000-add-run-control.js';
import { CreateIdempotencyKeys1795610000000 } from './1795610000000-create-idempotency-keys.js';
import { CreateWebhooks1795620000000 } from './1795620000000-create-webhooks.js';
import { AddSplitsAndTags1795700000000 } from './1795700000000-add-splits-and-tags.js';
import { AddTranscriptSteps1796010000000 } from './1796010000000-add-transcript-steps.js';
import { AddTranscriptVerdicts1796100000000 } from './1796100000000-add-transcript-verdicts.js';
import { AddRunProvenance1796600000000 } from './1796600000000-add-run-provenance.js';

/** Every migration, oldest first. */
export const MIGRATIONS = [
  CreateFoundation1795530000000,
  AddRunControl1795600000000,
  CreateIdempotencyKeys1795610000000,
  CreateWebhooks1795620000000,
  AddSplitsAndTags1795700000000,
  AddTranscriptSteps1796010000000,
  AddTranscriptVerdicts1796100000000,
  AddRunProvenance1796600000000,
];
