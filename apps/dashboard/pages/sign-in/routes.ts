import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../app/shell-route.js';

export const signInRoutes = [
  createRoute({
    getParentRoute: () => root,
    path: '/sign-in',
    validateSearch: (search): { to?: string } => ({
      // A path of ours: an address of elsewhere would make a trap of a link to this page.
      ...(typeof search['to'] === 'string' && /^\/(?![/\\])/.test(search['to']) && { to: search['to'] }),
    }),
    component: lazyRouteComponent(() => import('./sign-in-page.js'), 'SignInPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/invitation',
    component: lazyRouteComponent(() => import('./invitation-page.js'), 'InvitationPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/setup',
    component: lazyRouteComponent(() => import('./setup-page.js'), 'SetupPage'),
  }),
] as const;
