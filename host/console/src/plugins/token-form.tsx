import { Button, Code, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';

interface TokenFormProps {
  refused: boolean;
  onGive: (token: string) => void;
  onCancel?: () => void;
  autoFocus?: boolean;
}

/** Asks for the host's token and says where it lies and what becomes of it. */
export function TokenForm({ refused, onGive, onCancel, autoFocus = false }: TokenFormProps) {
  const [text, setText] = useState('');
  const [empty, setEmpty] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const token = text.trim();
    setEmpty(token === '');
    if (token !== '') {
      setText('');
      onGive(token);
    }
  };
  const error = empty
    ? 'Paste the content of the file.'
    : refused
      ? 'The host did not accept that token. It may have been made anew.'
      : null;
  return (
    <form onSubmit={submit} autoComplete="off">
      <Stack gap="sm">
        <PasswordInput
          label="Token"
          description={
            <>
              It lies in the host’s data directory (<Code>host.data</Code>) and only the host’s user can read it:{' '}
              <Code>cat data/host-token.secret</Code>
            </>
          }
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={error}
          autoComplete="off"
          spellCheck={false}
          data-autofocus={autoFocus || undefined}
          visibilityToggleButtonProps={{ 'aria-label': 'Show the token', tabIndex: 0 }}
        />
        <Text size="xs" c="dimmed">
          Kept in the memory of this tab until you reload or close it, or press “Forget the token”. It is never stored
          and never part of an address.
        </Text>
        <Group justify="flex-end" gap="xs">
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          )}
          <Button type="submit">Use this token</Button>
        </Group>
      </Stack>
    </form>
  );
}
