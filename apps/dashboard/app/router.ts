import { createRouter } from '@tanstack/react-router';
import { accessRoutes } from '../pages/access/routes.js';
import { agentRoutes } from '../pages/agents/routes.js';
import { benchmarkRoutes } from '../pages/benchmarks/routes.js';
import { comparisonRoutes } from '../pages/comparison/routes.js';
import { homeRoutes } from '../pages/home/routes.js';
import { runRoutes } from '../pages/runs/routes.js';
import { signInRoutes } from '../pages/sign-in/routes.js';
import { FailedPage, MissingPage, PendingPage } from '../ui/whole-page.js';
import { root, shell } from './shell-route.js';

export const router = createRouter({
  routeTree: root.addChildren([
    ...signInRoutes,
    shell.addChildren([
      ...homeRoutes,
      ...benchmarkRoutes,
      ...agentRoutes,
      ...runRoutes,
      ...comparisonRoutes,
      ...accessRoutes,
    ]),
  ]),
  defaultPreload: 'intent',
  defaultPendingComponent: PendingPage,
  defaultErrorComponent: FailedPage,
  defaultNotFoundComponent: MissingPage,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
