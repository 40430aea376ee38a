import { PasswordInput } from '@mantine/core';

/** The field `password`, as the service wants new ones. */
export function NewPassword() {
  return (
    <PasswordInput
      label="New password"
      description="12 characters or more, of any kind"
      name="password"
      autoComplete="new-password"
      minLength={12}
      maxLength={200}
      required
    />
  );
}
