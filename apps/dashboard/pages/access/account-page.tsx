import { Button, Group, List, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { api, query } from '../../api/client.js';
import { forgetAll, useMay, useMe } from '../../api/session.js';
import { Empty, Failure } from '../../ui/answer.js';
import { textOf } from '../../ui/fields.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { NewPassword } from '../../ui/new-password.js';
import { Page } from '../../ui/page.js';
import { Section } from '../../ui/section.js';

export function AccountPage() {
  const { user, kind } = useMe();
  if (kind !== 'user' || user === null)
    return (
      <Page title="Your account">
        <Empty>
          This service runs without sign-in, so that there are no accounts. AUTH_MODE=token changes it.
        </Empty>
      </Page>
    );
  return (
    <Page title="Your account" lead={`${user.name} · ${user.email}`}>
      <Workspaces />
      <PasswordForm email={user.email} />
      <OwnData />
    </Page>
  );
}

function Workspaces() {
  const { workspaces, workspace } = useMe();
  const isAdmin = useMay('admin:full');
  const navigate = useNavigate();
  const make = async (fields: FormData) => {
    const { data } = await api.POST('/api/v1/workspaces', { body: { name: textOf(fields, 'name') } });
    if (!data) return;
    await api.POST('/api/v1/auth/switch', { body: { workspace_id: data.id } });
    forgetAll();
    await navigate({ to: '/' });
  };
  const rename = async (fields: FormData) => {
    const params = { path: { workspace_id: workspace.id } };
    await api.PATCH('/api/v1/workspaces/{workspace_id}', { params, body: { name: textOf(fields, 'name') } });
  };
  return (
    <Section title="Workspaces">
      <List size="sm">
        {workspaces.map(({ id, name, role }) => (
          <List.Item key={id}>
            {name}: {role}
          </List.Item>
        ))}
      </List>
      {isAdmin && (
        <Group>
          <FormDialog
            label="New workspace"
            title="New workspace"
            submit="Make it"
            variant="default"
            send={make}
          >
            <Text size="sm">
              It begins empty, with you as its admin. Nothing of the others is seen in it.
            </Text>
            <TextInput label="Name" name="name" maxLength={100} required data-autofocus />
          </FormDialog>
          <FormDialog
            label={`Rename ${workspace.name}`}
            title={`Rename ${workspace.name}`}
            submit="Rename"
            variant="default"
            send={rename}
          >
            <TextInput
              label="Name"
              name="name"
              defaultValue={workspace.name}
              maxLength={100}
              required
              data-autofocus
            />
          </FormDialog>
        </Group>
      )}
    </Section>
  );
}

function PasswordForm({ email }: { email: string }) {
  const change = query.useMutation('post', '/api/v1/auth/password');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    change.mutate(
      { body: { current_password: textOf(fields, 'current'), password: textOf(fields, 'password') } },
      {
        onSuccess: () => {
          form.reset();
          notifications.show({ message: 'The password is changed. All other sessions have ended.' });
        },
      },
    );
  };
  return (
    <Section title="Password">
      <form onSubmit={submit}>
        <Stack align="stretch">
          {/* For whatever keeps passwords. */}
          <input type="hidden" autoComplete="username" value={email} readOnly />
          <PasswordInput label="Current password" name="current" autoComplete="current-password" required />
          <NewPassword />
          {change.isError && <Failure error={change.error} />}
          <Group>
            <Button type="submit" loading={change.isPending}>
              Change the password
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

function OwnData() {
  const navigate = useNavigate();
  const erase = async (fields: FormData) => {
    await api.POST('/api/v1/auth/me/erase', { body: { password: textOf(fields, 'password') } });
    forgetAll();
    await navigate({ to: '/sign-in' });
  };
  return (
    <Section title="What is stored about you">
      <Text size="sm">
        Address, name, memberships, sessions, keys, and what the audit log has of you. What you made is the
        workspace's, and stays.
      </Text>
      <Group>
        <Button
          component="a"
          href="/api/v1/auth/me/data"
          download="my-data.jsonl"
          variant="default"
          leftSection={<IconDownload size={16} />}
        >
          Download it
        </Button>
        <FormDialog
          label="Erase my account"
          title="Erase your account?"
          submit="Erase"
          color="red"
          variant="outline"
          send={erase}
        >
          <Text size="sm">
            Your name and address go, your sessions and keys end, and you are signed out. There is no way
            back.
          </Text>
          <PasswordInput label="Password" name="password" autoComplete="current-password" required />
        </FormDialog>
      </Group>
    </Section>
  );
}
