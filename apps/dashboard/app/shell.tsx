import { AppShell, Burger, Group, NavLink, ScrollArea, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconApi } from '@tabler/icons-react';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useMe } from '../api/session.js';
import { Forbidden } from '../ui/answer.js';
import { Page } from '../ui/page.js';
import { AccountMenu } from './account-menu.js';
import { ColorSchemeSwitch } from './color-scheme-switch.js';
import { PAGES } from './pages.js';

/** The frame of every page: where one is, where one can go, and who one is. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(close, [path, close]);
  const { permissions } = useMe();
  const isOpen = ({ needs }: (typeof PAGES)[number]) => needs === undefined || permissions.includes(needs);
  const closed = PAGES.find((page) => !isOpen(page) && path.startsWith(page.to));
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'md', collapsed: { mobile: !opened } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="md"
              size="sm"
              aria-label={opened ? 'Close the navigation' : 'Open the navigation'}
            />
            <img src="/favicon.svg" alt="" width={28} height={28} />
            <Text fw={650} visibleFrom="xs">
              AI Benchmark Service
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ColorSchemeSwitch />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" component="nav" aria-label="Pages">
        <ScrollArea flex={1}>
          {PAGES.filter(isOpen).map(({ to, label, icon: Icon }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={label}
              leftSection={<Icon size={18} stroke={1.7} />}
              active={to === '/' ? path === '/' : path.startsWith(to)}
            />
          ))}
        </ScrollArea>
        <Stack gap={0}>
          <NavLink href="/docs" label="API reference" leftSection={<IconApi size={18} stroke={1.7} />} />
        </Stack>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        {closed ? (
          <Page title={closed.label}>
            <Forbidden>
              This takes the permission {closed.needs}, which you do not have in this workspace. An admin can
              give it.
            </Forbidden>
          </Page>
        ) : (
          <Outlet />
        )}
      </AppShell.Main>
    </AppShell>
  );
}
