import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shell } from '../../app/shell-route.js';
import { auditFilterOf } from './audit-filter.js';

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
    path: '/settings/secrets',
    component: lazyRouteComponent(() => import('./secrets-page.js'), 'SecretsPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/webhooks',
    component: lazyRouteComponent(() => import('./webhooks-page.js'), 'WebhooksPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/webhooks/$webhookId',
    component: lazyRouteComponent(() => import('./deliveries-page.js'), 'DeliveriesPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/audit',
    validateSearch: auditFilterOf,
    component: lazyRouteComponent(() => import('./audit-page.js'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/account',
    component: lazyRouteComponent(() => import('./account-page.js'), 'AccountPage'),
  }),
] as const;
