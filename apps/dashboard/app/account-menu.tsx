import { Button, Menu, Text } from '@mantine/core';
import { IconCheck, IconChevronDown, IconLogout, IconUser } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { query } from '../api/client.js';
import { forgetAll, signOut, useMe } from '../api/session.js';

/** Which workspace one is in, the others, and the way out. */
export function AccountMenu() {
  const me = useMe();
  const navigate = useNavigate();
  const change = query.useMutation('post', '/api/v1/auth/switch', {
    onSuccess: () => {
      forgetAll();
      // What is open may be of the workspace that was left.
      void navigate({ to: '/' });
    },
  });
  const leave = async () => {
    await signOut();
    await navigate({ to: '/sign-in' });
    forgetAll();
  };
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button
          variant="default"
          rightSection={<IconChevronDown size={16} />}
          maw={220}
          loading={change.isPending}
        >
          <Text truncate size="sm" span>
            {me.workspace.name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.user ? `${me.user.name} · ${me.user.email}` : 'This machine'}</Menu.Label>
        {me.workspaces.map(({ id, name, role }) => (
          <Menu.Item
            key={id}
            leftSection={<IconCheck size={16} opacity={id === me.workspace.id ? 1 : 0} />}
            aria-current={id === me.workspace.id ? 'true' : undefined}
            onClick={() => id !== me.workspace.id && change.mutate({ body: { workspace_id: id } })}
          >
            {name}{' '}
            <Text span size="xs" c="dimmed">
              {role}
            </Text>
          </Menu.Item>
        ))}
        {me.kind === 'user' && (
          <>
            <Menu.Divider />
            <Menu.Item component={Link} to="/settings/account" leftSection={<IconUser size={16} />}>
              Your account
            </Menu.Item>
            <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
              Sign out
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
