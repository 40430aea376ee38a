import { CreateFoundation1795530000000 } from './1795530000000-create-foundation.js';
import { AddRunControl1795600000000 } from './1795600000000-add-run-control.js';

/** Every migration, oldest first. */
export const MIGRATIONS = [CreateFoundation1795530000000, AddRunControl1795600000000];
