import { Anchor, Badge, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { here } from '../shop/photos/photo';
import { FailureAlert } from '../ui/FailureAlert';
import { ReasonDialog } from '../ui/ReasonDialog';
import { RowsSkeleton } from '../ui/Skeletons';
import { useToast } from '../ui/toast';
import { SellerPapersForStaffDocument, SetSellerDocumentExpiryDocument, type PaperFragment } from './operations';

/** A seller's documents, and until when each holds as it stands on it. */
export function SellerPapers({ sellerId }: { sellerId: string }) {
  const { m } = useI18n();
  const { data, loading, failure, reload } = useApiQuery(
    SellerPapersForStaffDocument,
    { id: sellerId },
    // An address of a file is good for a short time.
    { dependsOn: ['Seller', 'SellerDocument'], policy: 'network-only' },
  );
  const documents = (data?.seller?.documents ?? []).filter((document) => document.replacedAt === null);
  return (
    <Stack gap="xs" mt="sm">
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {data && documents.length === 0 && <Text size="sm">{m.seller.documentsEmpty}</Text>}
      {documents.map((document) => (
        <Paper key={document.id} sellerId={sellerId} document={document} />
      ))}
    </Stack>
  );
}

function Paper({ sellerId, document }: { sellerId: string; document: PaperFragment }) {
  const { m } = useI18n();
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const [expiresOn, setExpiresOn] = useState(document.expiresOn ?? '');
  const set = useAction(SetSellerDocumentExpiryDocument, (data) => data.setSellerDocumentExpiry, ['Seller']);
  const name = m.seller.documentKind[document.kind];
  const save = async (reason: string) => {
    const input = { sellerId, documentId: document.id, expiresOn: expiresOn === '' ? null : expiresOn, reason };
    if (!(await set.run({ input }))) return;
    setAsking(false);
    toast(m.admin.documentExpirySet);
  };
  return (
    <Group>
      <Anchor href={document.file ? here(document.file.url) : document.url} target="_blank" rel="noreferrer">
        {name}
      </Anchor>
      <Text size="sm" c="dimmed">
        {document.expiresOn === null ? m.seller.documentNeverEnds : m.seller.documentUntil(document.expiresOn)}
      </Text>
      {document.expired && <Badge color="red">{m.seller.documentEnded}</Badge>}
      <Button size="xs" variant="default" onClick={() => setAsking(true)}>
        {m.admin.setDocumentExpiry(name)}
      </Button>
      {asking && (
        <ReasonDialog
          title={m.admin.setDocumentExpiry(name)}
          label={m.admin.reason}
          action={m.admin.setDocumentExpiry(name)}
          keep={m.common.back}
          gentle
          busy={set.busy}
          failure={set.failure}
          onSubmit={(reason) => void save(reason)}
          onClose={() => setAsking(false)}
        >
          <TextInput
            type="date"
            label={m.seller.documentExpiresOn(name)}
            value={expiresOn}
            onChange={(event) => setExpiresOn(event.currentTarget.value)}
          />
        </ReasonDialog>
      )}
    </Group>
  );
}
