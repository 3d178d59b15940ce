import { Button, FileButton, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Failure } from '../api/failure';
import { useAction } from '../api/hooks';
import { isFailure, uploadFile } from '../api/upload';
import { useI18n } from '../i18n';
import { useSession } from '../session';
import { FailureAlert } from '../ui/FailureAlert';
import { useToast } from '../ui/toast';
import { RenewSellerDocumentsDocument, SubmitSellerDocumentsDocument, type SellerDocumentKind } from './operations';

const kinds: readonly SellerDocumentKind[] = ['BUSINESS_REGISTRATION', 'MAIL_ORDER_REPORT', 'BANK_BOOK', 'IDENTITY'];

interface Draft {
  fileId: string;
  name: string;
  expiresOn: string;
}

type Drafts = Partial<Record<SellerDocumentKind, Draft>>;

interface Props {
  sellerId: string;
  /** Whether they replace documents of an approved seller, or belong to an application. */
  renew?: boolean;
}

/** Hands in documents: each is uploaded as it is chosen; kinds without a file are left out. */
export function DocumentsForm({ sellerId, renew = false }: Props) {
  const { m } = useI18n();
  const toast = useToast();
  const [drafts, setDrafts] = useState<Drafts>({});
  const submit = useAction(SubmitSellerDocumentsDocument, (data) => data.submitSellerDocuments, ['Seller']);
  const replace = useAction(RenewSellerDocumentsDocument, (data) => data.renewSellerDocuments, ['Seller']);
  const send = renew ? replace : submit;
  const handIn = async (event: FormEvent) => {
    event.preventDefault();
    const documents = kinds.flatMap((kind) => {
      const draft = drafts[kind];
      if (draft === undefined) return [];
      return [{ kind, fileId: draft.fileId, expiresOn: draft.expiresOn === '' ? null : draft.expiresOn }];
    });
    const input = { input: { sellerId, documents } };
    const done = renew ? await replace.run(input) : await submit.run(input);
    if (!done) return;
    setDrafts({});
    toast(m.seller.documentsSent);
  };
  const change = (kind: SellerDocumentKind, draft: Draft | undefined) => {
    setDrafts((current) => ({ ...current, [kind]: draft }));
  };
  return (
    <Paper withBorder p="md" radius="lg">
      <Title order={2} size="h4" mb="sm">
        {renew ? m.seller.renewDocuments : m.seller.submitDocuments}
      </Title>
      <form onSubmit={(event) => void handIn(event)}>
        <Stack>
          {kinds.map((kind) => (
            <DocumentField
              key={kind}
              sellerId={sellerId}
              kind={kind}
              draft={drafts[kind]}
              onChange={(draft) => change(kind, draft)}
            />
          ))}
          <FailureAlert failure={send.failure} />
          <Group justify="flex-end">
            <Button
              type="submit"
              loading={send.busy}
              disabled={kinds.every((kind) => drafts[kind] === undefined)}
            >
              {renew ? m.seller.renewDocuments : m.seller.submitDocuments}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}

interface FieldProps {
  sellerId: string;
  kind: SellerDocumentKind;
  draft: Draft | undefined;
  onChange: (draft: Draft | undefined) => void;
}

function DocumentField({ sellerId, kind, draft, onChange }: FieldProps) {
  const { m, language } = useI18n();
  const { scopes } = useSession();
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const name = m.seller.documentKind[kind];
  const upload = async (file: File | null) => {
    if (file === null) return;
    setSending(true);
    setFailure(null);
    // An applicant's tokens do not name the seller yet; the file is then its owner's and staff's to see.
    const of = { purpose: 'SELLER_DOCUMENT', sellerId: scopes.includes('seller') ? sellerId : undefined };
    const answer = await uploadFile(of, file, language);
    setSending(false);
    if (isFailure(answer)) setFailure(answer);
    else onChange({ fileId: answer.id, name: file.name, expiresOn: draft?.expiresOn ?? '' });
  };
  return (
    <div>
      <Text fw={500} size="sm">
        {name}
      </Text>
      <Group align="flex-end">
        <FileButton
          accept="image/jpeg,image/png,image/webp,application/pdf"
          inputProps={{ 'aria-label': m.seller.chooseDocument(name) }}
          onChange={(file) => void upload(file)}
        >
          {(props) => (
            <Button {...props} variant="default" loading={sending}>
              {m.seller.chooseDocument(name)}
            </Button>
          )}
        </FileButton>
        {draft && (
          <>
            <TextInput
              type="date"
              label={m.seller.documentExpiresOn(name)}
              value={draft.expiresOn}
              onChange={(event) => onChange({ ...draft, expiresOn: event.currentTarget.value })}
            />
            <Text size="sm">{draft.name}</Text>
            <Button
              variant="subtle"
              aria-label={m.seller.removeDocument(name)}
              onClick={() => onChange(undefined)}
            >
              {m.common.remove}
            </Button>
          </>
        )}
      </Group>
      <FailureAlert failure={failure} />
    </div>
  );
}
