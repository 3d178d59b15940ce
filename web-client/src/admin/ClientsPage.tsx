import { Alert, Badge, Button, Code, CopyButton, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { useStepUp } from '../shop/my/useStepUp';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { ForwardPager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { useForwardVariables } from '../ui/paging';
import { RowsSkeleton } from '../ui/Skeletons';
import { useToast } from '../ui/toast';
import styles from './admin.module.css';
import { NewClientForm } from './NewClientForm';
import {
  ApiClientsDocument,
  IssueApiKeyDocument,
  RevokeApiClientDocument,
  RevokeApiKeyDocument,
  type ApiClientRowFragment,
  type ApiKeyRowFragment,
} from './operations';

const changes = ['ApiClient', 'ApiKey'];
const mostKeys = 3;

/** Programs that use the API with a key of their own. */
export default function ClientsPage() {
  const { m } = useI18n();
  const { data, loading, failure, reload } = useApiQuery(ApiClientsDocument, useForwardVariables(20), {
    dependsOn: changes,
  });
  const page = data?.apiClients;
  return (
    <>
      <PageTitle title={m.office.clientsTitle} />
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      <Stack>
        {page && page.nodes.length === 0 && <EmptyState text={m.office.clientsEmpty} />}
        {page?.nodes.map((client) => (
          <ClientRow key={client.id} client={client} />
        ))}
        <NewClientForm />
      </Stack>
      {page && <ForwardPager info={page.pageInfo} />}
    </>
  );
}

function ClientRow({ client }: { client: ApiClientRowFragment }) {
  const { m, format } = useI18n();
  const toast = useToast();
  const stepUp = useStepUp();
  const [secret, setSecret] = useState<string | null>(null);
  const [sure, setSure] = useState(false);
  const issue = useAction(IssueApiKeyDocument, (data) => data.issueApiKey, changes);
  const revoke = useAction(RevokeApiClientDocument, (data) => data.revokeApiClient, changes);
  const issueKey = async () => {
    const payload = await issue.run({ input: { clientId: client.id, expiresAt: null } });
    if (payload) setSecret(payload.secret);
  };
  const revokeIt = async () => {
    if (!(await revoke.run({ input: { clientId: client.id } }))) return;
    setSure(false);
    toast(m.office.clientRevoked);
  };
  const live = client.revokedAt === null;
  const liveKeys = client.keys.filter((key) => key.isLive).length;
  const scopes = client.scopes.map((scope) => m.office.clientScopes[scope]);
  return (
    <section className={styles.panel}>
      <Group gap="xs">
        <Title order={2} size="h5">
          {client.name}
        </Title>
        <Badge variant="light" tt="none" color={live ? 'pine' : 'gray'}>
          {live ? m.office.live : m.office.revoked}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {[client.contact, ...scopes, client.seller?.name, m.office.costPerMinute(client.costPerMinute)]
          .filter((text) => text !== undefined)
          .join(' · ')}
      </Text>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {client.description}
      </Text>
      <ul className={styles.services}>
        {client.keys.map((key) => (
          <KeyRow key={key.id} apiKey={key} />
        ))}
      </ul>
      {secret !== null && <Secret secret={secret} onClose={() => setSecret(null)} />}
      {live && (
        <Group gap="xs" mt="sm">
          <Button
            size="xs"
            loading={issue.busy}
            disabled={liveKeys >= mostKeys}
            aria-label={m.office.issueKeyOf(client.name)}
            onClick={() => void stepUp.guard(issue, issueKey)}
          >
            {m.office.issueKey}
          </Button>
          {sure ? (
            <>
              <Text size="sm">{m.office.revokeClientSure}</Text>
              <Button size="xs" color="red.8" loading={revoke.busy} onClick={() => void stepUp.guard(revoke, revokeIt)}>
                {m.office.revoke}
              </Button>
              <Button size="xs" variant="default" onClick={() => setSure(false)}>
                {m.common.cancel}
              </Button>
            </>
          ) : (
            <Button
              size="xs"
              variant="default"
              aria-label={m.office.revokeOf(client.name)}
              onClick={() => setSure(true)}
            >
              {m.office.revoke}
            </Button>
          )}
        </Group>
      )}
      {!live && client.revokedAt !== null && (
        <Text size="sm" c="dimmed">
          {m.office.revokedAt(format.dateTime(client.revokedAt))}
        </Text>
      )}
      <FailureAlert failure={issue.failure ?? revoke.failure} />
      {stepUp.form}
    </section>
  );
}

/** A key just made. The API tells it this once: only its hash is kept. */
function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { m } = useI18n();
  return (
    <Alert color="blue" mt="sm" role="status" title={m.office.secretTitle}>
      <Text size="sm">{m.office.secretText}</Text>
      <Code block data-testid="api-key" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {secret}
      </Code>
      <Group gap="xs" mt="xs">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? m.office.copied : m.office.copy}
            </Button>
          )}
        </CopyButton>
        <Button size="xs" variant="default" onClick={onClose}>
          {m.office.secretKept}
        </Button>
      </Group>
    </Alert>
  );
}

function KeyRow({ apiKey }: { apiKey: ApiKeyRowFragment }) {
  const { m, format } = useI18n();
  const toast = useToast();
  const stepUp = useStepUp();
  const revoke = useAction(RevokeApiKeyDocument, (data) => data.revokeApiKey, changes);
  const revokeIt = async () => {
    if (await revoke.run({ input: { keyId: apiKey.id } })) toast(m.office.keyRevoked);
  };
  return (
    <li>
      <span className={styles.dot} data-down={apiKey.isLive ? undefined : true} aria-hidden="true" />
      <span>
        <Code>{apiKey.hint}</Code>{' '}
        <Text span size="sm" c="dimmed">
          {apiKey.isLive ? m.office.live : m.office.revoked} · {format.date(apiKey.createdAt)}
          {apiKey.lastUsedAt !== null && ` · ${m.account.lastUsed(format.dateTime(apiKey.lastUsedAt))}`}
        </Text>
      </span>
      {apiKey.isLive && (
        <Button
          size="compact-xs"
          variant="default"
          loading={revoke.busy}
          aria-label={m.office.revokeOf(apiKey.hint)}
          onClick={() => void stepUp.guard(revoke, revokeIt)}
        >
          {m.office.revoke}
        </Button>
      )}
      <FailureAlert failure={revoke.failure} />
      {stepUp.form}
    </li>
  );
}
