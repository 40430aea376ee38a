import { CreateFoundation1795530000000 } from './1795530000000-create-foundation.js';
import { CreateIdempotencyKeys1795610000000 } from './1795610000000-create-idempotency-keys.js';

/** Every migration, oldest first. */
export const MIGRATIONS = [CreateFoundation1795530000000, CreateIdempotencyKeys1795610000000];
