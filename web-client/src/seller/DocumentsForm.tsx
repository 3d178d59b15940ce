import { Button, Group, Paper, Stack, TextInput, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { useToast } from '../ui/toast';
import { SubmitSellerDocumentsDocument, type SellerDocumentKind } from './operations';

const kinds: readonly SellerDocumentKind[] = ['BUSINESS_REGISTRATION', 'MAIL_ORDER_REPORT', 'BANK_BOOK', 'IDENTITY'];

/** Hands in the addresses of an application's documents; empty ones are left out. */
export function DocumentsForm({ sellerId }: { sellerId: string }) {
  const { m } = useI18n();
  const toast = useToast();
  const [urls, setUrls] = useState<Partial<Record<SellerDocumentKind, string>>>({});
  const send = useAction(SubmitSellerDocumentsDocument, (data) => data.submitSellerDocuments, ['Seller']);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const documents = kinds.flatMap((kind) => {
      const url = urls[kind]?.trim() ?? '';
      return url === '' ? [] : [{ kind, url }];
    });
    if (await send.run({ input: { sellerId, documents } })) toast(m.seller.documentsSent);
  };
  return (
    <Paper withBorder p="md" radius="lg">
      <Title order={2} size="h4" mb="sm">
        {m.seller.submitDocuments}
      </Title>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          {kinds.map((kind) => (
            <TextInput
              key={kind}
              type="url"
              label={`${m.seller.documentKind[kind]} (${m.seller.documentUrl})`}
              placeholder="https://"
              value={urls[kind] ?? ''}
              onChange={(event) => {
                const url = event.currentTarget.value;
                setUrls((current) => ({ ...current, [kind]: url }));
              }}
            />
          ))}
          <FailureAlert failure={send.failure} />
          <Group justify="flex-end">
            <Button type="submit" loading={send.busy}>
              {m.seller.submitDocuments}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
