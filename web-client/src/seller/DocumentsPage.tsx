import { Anchor, Badge, Group, Stack, Text } from '@mantine/core';
import { useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { here } from '../shop/photos/photo';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { PageTitle } from '../ui/PageTitle';
import { RowsSkeleton } from '../ui/Skeletons';
import { DocumentsForm } from './DocumentsForm';
import { SellerPapersDocument } from './operations';
import { useOwnSeller } from './SellerArea';

/** The documents of a shop that count, until when they hold, and others in their place. */
export default function DocumentsPage() {
  const { m, format } = useI18n();
  const seller = useOwnSeller();
  const { data, loading, failure, reload } = useApiQuery(
    SellerPapersDocument,
    { id: seller.id },
    { dependsOn: ['Seller', 'SellerDocument'] },
  );
  const documents = (data?.seller?.documents ?? []).filter((document) => document.replacedAt === null);
  return (
    <>
      <PageTitle title={m.seller.documentsTitle} />
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {data && documents.length === 0 && <EmptyState text={m.seller.documentsEmpty} />}
      <Stack gap="xs" mb="lg">
        {documents.map((document) => (
          <Group key={document.id}>
            <Anchor href={document.file ? here(document.file.url) : document.url} target="_blank" rel="noreferrer">
              {m.seller.documentKind[document.kind]}
            </Anchor>
            <Text size="sm" c="dimmed">
              {document.expiresOn === null ? m.seller.documentNeverEnds : m.seller.documentUntil(document.expiresOn)}
            </Text>
            <Text size="sm" c="dimmed">
              {format.dateTime(document.submittedAt)}
            </Text>
            {document.expired && <Badge color="red">{m.seller.documentEnded}</Badge>}
          </Group>
        ))}
      </Stack>
      <DocumentsForm sellerId={seller.id} renew />
    </>
  );
}
