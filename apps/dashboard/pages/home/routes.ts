import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shell } from '../../app/shell-route.js';

export const homeRoutes = [
  createRoute({
    getParentRoute: () => shell,
    path: '/',
    component: lazyRouteComponent(() => import('./home-page.js'), 'HomePage'),
  }),
] as const;
