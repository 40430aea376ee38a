import { TextInput } from '@mantine/core';
import { useLocation } from '@tanstack/react-router';

/** Of a link it comes behind the #, which browsers send to no server. */
export function TokenField() {
  const token = useLocation({ select: ({ hash }) => new URLSearchParams(hash).get('token') });
  return token === null ? (
    <TextInput label="Token" name="token" autoComplete="off" maxLength={2048} required />
  ) : (
    <input type="hidden" name="token" value={token} />
  );
}
