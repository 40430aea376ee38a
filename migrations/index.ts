import { CreateFoundation1795530000000 } from './1795530000000-create-foundation.js';

/** Every migration, oldest first. */
export const MIGRATIONS = [CreateFoundation1795530000000];
