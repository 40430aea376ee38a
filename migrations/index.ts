import { CreateFoundation1795530000000 } from './1795530000000-create-foundation.js';
import { AddRunControl1795600000000 } from './1795600000000-add-run-control.js';
import { CreateIdempotencyKeys1795610000000 } from './1795610000000-create-idempotency-keys.js';
import { CreateWebhooks1795620000000 } from './1795620000000-create-webhooks.js';
import { AddSplitsAndTags1795700000000 } from './1795700000000-add-splits-and-tags.js';
import { AddTranscriptSteps1796010000000 } from './1796010000000-add-transcript-steps.js';
import { AddTranscriptVerdicts1796100000000 } from './1796100000000-add-transcript-verdicts.js';
import { AddSelectedSamples1796200000000 } from './1796200000000-add-selected-samples.js';
import { AddClonedFrom1796210000000 } from './1796210000000-add-cloned-from.js';
import { AddRollupFigures1796300000000 } from './1796300000000-add-rollup-figures.js';
import { CreateResultOverrides1796400000000 } from './1796400000000-create-result-overrides.js';
import { CreateScoreSets1796410000000 } from './1796410000000-create-score-sets.js';
import { AddRunProvenance1796600000000 } from './1796600000000-add-run-provenance.js';
import { AddTranscriptState1796810000000 } from './1796810000000-add-transcript-state.js';
import { CreateLabels1796900000000 } from './1796900000000-create-labels.js';
import { AddSampleScores1797000000000 } from './1797000000000-add-sample-scores.js';
import { AddShardBatches1797200000000 } from './1797200000000-add-shard-batches.js';
import { CreateSecrets1797300000000 } from './1797300000000-create-secrets.js';
import { CreateIdentity1797400000000 } from './1797400000000-create-identity.js';
import { AddTenantPolicies1797500000000 } from './1797500000000-add-tenant-policies.js';
import { CreateAuditLog1797600000000 } from './1797600000000-create-audit-log.js';
import { ConfinePeopleSecretsAndAudit1797700000000 } from './1797700000000-confine-people-secrets-and-audit.js';
import { AddPasswordResets1797800000000 } from './1797800000000-add-password-resets.js';
import { LetWorkspacesShareNames1797801000000 } from './1797801000000-let-workspaces-share-names.js';
import { CreateBackupCanary1797820000000 } from './1797820000000-create-backup-canary.js';
import { AddMaintenance1797830000000 } from './1797830000000-add-maintenance.js';
import { CheckSamplesByStatement1797835000000 } from './1797835000000-check-samples-by-statement.js';
import { IndexListsById1797836000000 } from './1797836000000-index-lists-by-id.js';

/** Every migration, oldest first. */
export const MIGRATIONS = [
  CreateFoundation1795530000000,
  AddRunControl1795600000000,
  CreateIdempotencyKeys1795610000000,
  CreateWebhooks1795620000000,
  AddSplitsAndTags1795700000000,
  AddTranscriptSteps1796010000000,
  AddTranscriptVerdicts1796100000000,
  AddSelectedSamples1796200000000,
  AddClonedFrom1796210000000,
  AddRollupFigures1796300000000,
  CreateResultOverrides1796400000000,
  CreateScoreSets1796410000000,
  AddRunProvenance1796600000000,
  AddTranscriptState1796810000000,
  CreateLabels1796900000000,
  AddSampleScores1797000000000,
  AddShardBatches1797200000000,
  CreateSecrets1797300000000,
  CreateIdentity1797400000000,
  AddTenantPolicies1797500000000,
  CreateAuditLog1797600000000,
  ConfinePeopleSecretsAndAudit1797700000000,
  AddPasswordResets1797800000000,
  LetWorkspacesShareNames1797801000000,
  CreateBackupCanary1797820000000,
  AddMaintenance1797830000000,
  CheckSamplesByStatement1797835000000,
  IndexListsById1797836000000,
];
