import { Button, Group, Modal, Stack, type ButtonProps } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent, ReactNode } from 'react';
import { Failure } from './answer.js';

interface FormDialogProps extends ButtonProps {
  /** On the button that opens it. */
  label: string;
  title: string;
  /** On the button that sends it. */
  submit: string;
  /** What it gives, the dialog shows before it closes: something that is seen this once. */
  send: (fields: FormData) => Promise<ReactNode | void>;
  /** The fields, or the question. */
  children: ReactNode;
}

/** A button, and the dialog with a form that it opens. What was shown before is read again after it was sent. */
export function FormDialog({ label, title, submit, send, children, color, ...button }: FormDialogProps) {
  const [opened, { open, close }] = useDisclosure();
  const client = useQueryClient();
  const sending = useMutation({
    mutationFn: send,
    onSuccess: async (shown) => {
      if (!shown) close();
      await client.invalidateQueries();
    },
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    sending.mutate(new FormData(event.currentTarget));
  };
  return (
    <>
      <Button
        color={color}
        {...button}
        onClick={() => {
          sending.reset();
          open();
        }}
      >
        {label}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={title}
        closeButtonProps={{ 'aria-label': 'Close' }}
        // What is shown this once is not lost by a click beside it.
        closeOnClickOutside={!sending.data}
      >
        {sending.data ? (
          <Stack>
            {sending.data}
            <Button onClick={close}>Done</Button>
          </Stack>
        ) : (
          <form onSubmit={onSubmit}>
            <Stack>
              {children}
              {sending.isError && <Failure error={sending.error} />}
              <Group justify="flex-end" gap="xs">
                <Button variant="default" onClick={close}>
                  Cancel
                </Button>
                <Button type="submit" color={color} loading={sending.isPending}>
                  {submit}
                </Button>
              </Group>
            </Stack>
          </form>
        )}
      </Modal>
    </>
  );
}
