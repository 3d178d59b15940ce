import { Alert, Button, Group, List, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { download } from '../../ui/download';
import { FailureAlert } from '../../ui/FailureAlert';
import { ExportMyDataDocument, type ExportMyDataMutation } from '../operations';
import styles from '../shop.module.css';
import { fileName, missingIn } from './ownData';
import { useStepUp } from './useStepUp';

type Export = NonNullable<ExportMyDataMutation['exportMyData']['export']>;

/** Takes everything out that the market holds about the reader, as a file. */
export function OwnData() {
  const { m } = useI18n();
  const stepUp = useStepUp();
  const [saved, setSaved] = useState<Export | null>(null);
  const action = useAction(ExportMyDataDocument, (data) => data.exportMyData, ['Notification']);
  const save = async () => {
    setSaved(null);
    const made = (await action.run({}))?.export;
    if (!made) return;
    download(fileName(made.exportedAt), 'application/json', made.document);
    setSaved(made);
  };
  return (
    <section className={styles.panel}>
      <Title order={2} size="h4" mb="sm">
        {m.ownData.title}
      </Title>
      <Stack gap="sm">
        <Text>{m.ownData.text}</Text>
        <Text size="sm" c="dimmed">
          {m.ownData.privacy}
        </Text>
        <Group>
          <Button loading={action.busy} onClick={() => void stepUp.guard(action, save)}>
            {m.ownData.download}
          </Button>
        </Group>
        {action.busy && <Text role="status">{m.ownData.working}</Text>}
        {saved !== null && <Outcome saved={saved} />}
        <FailureAlert failure={action.failure} />
      </Stack>
      {stepUp.form}
    </section>
  );
}

function Outcome({ saved }: { saved: Export }) {
  const { m, format } = useI18n();
  const when = format.dateTime(saved.exportedAt);
  if (saved.complete) return <Text role="status">{m.ownData.complete(when)}</Text>;
  const { cut, unavailable } = missingIn(saved.document);
  return (
    <Alert color="orange" title={m.ownData.incompleteTitle}>
      <Text size="sm">{m.ownData.incomplete(when)}</Text>
      <List size="sm">
        {unavailable.length > 0 && <List.Item>{m.ownData.unavailable(unavailable.join(', '))}</List.Item>}
        {cut.length > 0 && <List.Item>{m.ownData.cut(cut.join(', '))}</List.Item>}
      </List>
    </Alert>
  );
}
