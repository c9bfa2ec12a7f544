import { Button, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';

const saidForMs = 2_000;

/** Copies `text`, and says whether that worked: a page over plain HTTP from afar may not. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [said, setSaid] = useState<'' | 'Copied' | 'Not allowed'>('');
  useEffect(() => {
    if (said === '') {
      return undefined;
    }
    const timer = setTimeout(() => setSaid(''), saidForMs);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () => {
    const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
    written.then(
      () => setSaid('Copied'),
      () => setSaid('Not allowed'),
    );
  };
  return (
    <>
      <Button
        size="xs"
        variant="default"
        aria-label={label}
        leftSection={said === 'Copied' ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}
        onClick={copy}
      >
        {said || 'Copy'}
      </Button>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </>
  );
}
