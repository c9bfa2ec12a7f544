import { Modal, Text } from '@mantine/core';
import { TokenForm } from './token-form';

interface TokenDialogProps {
  opened: boolean;
  purpose: string;
  refused: boolean;
  onGive: (token: string) => void;
  onCancel: () => void;
}

export function TokenDialog({ opened, purpose, refused, onGive, onCancel }: TokenDialogProps) {
  return (
    // A scroll lock would write a <style> element.
    <Modal
      opened={opened}
      onClose={onCancel}
      title="The host’s token"
      lockScroll={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
      centered
    >
      <Text size="sm" mb="sm">
        {`${purpose} needs the host’s token.`}
      </Text>
      <TokenForm key={String(refused)} refused={refused} onGive={onGive} onCancel={onCancel} autoFocus />
    </Modal>
  );
}
