import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shell } from '../../app/shell-route.js';

export const accessRoutes = [
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/members',
    component: lazyRouteComponent(() => import('./members-page.js'), 'MembersPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/api-keys',
    component: lazyRouteComponent(() => import('./api-keys-page.js'), 'ApiKeysPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/audit',
    component: lazyRouteComponent(() => import('./audit-page.js'), 'AuditPage'),
  }),
] as const;
