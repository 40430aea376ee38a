import { createRootRoute, createRoute, redirect } from '@tanstack/react-router';
import { currentSession } from '../api/session.js';
import { MissingPage } from '../ui/whole-page.js';
import { Shell } from './shell.js';

export const root = createRootRoute({ notFoundComponent: MissingPage });

/** Above everything that is for people who are signed in. */
export const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    const session = await currentSession();
    if (session !== undefined) return;
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's way to say it
    throw redirect({ to: '/sign-in', search: { to: location.href } });
  },
  component: Shell,
});
