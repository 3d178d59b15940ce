import { CloseButton, Group, Modal, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '../i18n';

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** An open dialog. Mantine's own heading would be a second banner landmark of the page. */
export function Dialog({ title, onClose, children }: Props) {
  const { m } = useI18n();
  return (
    <Modal.Root opened onClose={onClose} centered>
      <Modal.Overlay />
      <Modal.Content aria-label={title}>
        <Modal.Body>
          <Group justify="space-between" wrap="nowrap" align="flex-start" pt="md" mb="md">
            <Title order={2} size="h4">
              {title}
            </Title>
            <CloseButton aria-label={m.common.close} onClick={onClose} />
          </Group>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
