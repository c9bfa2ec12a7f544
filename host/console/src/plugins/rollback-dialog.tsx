import { Button, Group, Modal, Text } from '@mantine/core';
import type { Plugin } from './api';

interface RollbackDialogProps {
  opened: boolean;
  plugin: Plugin;
  onClose: () => void;
  onRollback: () => void;
}

export function RollbackDialog({ opened, plugin, onClose, onRollback }: RollbackDialogProps) {
  const onTrial = plugin.trial > 0;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={onTrial ? `End the trial of ${plugin.id}` : `Roll ${plugin.id} back`}
      lockScroll={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
      centered
    >
      <Text size="sm" mb="md">
        {onTrial
          ? `Generation ${plugin.trial} takes no more calls; generation ${plugin.generation} goes on serving all of them.`
          : 'The code and configuration before the last reload start beside what serves now, and take over once they are ready.'}
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button onClick={onRollback} data-autofocus>
          {onTrial ? 'End the trial now' : 'Roll back now'}
        </Button>
      </Group>
    </Modal>
  );
}
