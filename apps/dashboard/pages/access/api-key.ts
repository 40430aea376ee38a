import type { components } from '../../../cli/api/schema.js';
import type { Permission } from '../../api/types.js';

export type ApiKey = components['schemas']['ApiKey'];

/** What each scope is for. */
export const SCOPES: Record<Permission, string> = {
  'benchmark:read': 'Read benchmarks, agents and runs',
  'benchmark:write': 'All that it takes to benchmark',
  'agent:write': 'Write agents',
  'run:write': 'Start and steer runs',
  'results:read': 'Read results, reports and analytics',
  'results:write': 'Label and override results',
  'webhook:write': 'Webhooks',
  'secret:write': 'Secrets of providers',
  'key:write': 'API keys',
  'member:write': 'Members',
  'audit:read': 'Read the audit log',
  'admin:full': 'Everything',
};
