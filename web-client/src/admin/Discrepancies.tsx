import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { ReasonDialog } from '../ui/ReasonDialog';
import { useToast } from '../ui/toast';
import styles from './admin.module.css';
import { PaymentDiscrepanciesDocument, ResolvePaymentDiscrepancyDocument, type DiscrepancyRowFragment } from './operations';

const changes = ['PaymentDiscrepancy'];
const latest = 50;

/** Where our books and the provider's differ, until somebody says how that was settled. */
export function Discrepancies() {
  const { m } = useI18n();
  const { data, failure, reload } = useApiQuery(PaymentDiscrepanciesDocument, { first: latest }, { dependsOn: changes });
  return (
    <section style={{ marginTop: 32 }}>
      <Title order={2} size="h4">
        {m.control.discrepanciesTitle}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {m.control.discrepanciesNote}
      </Text>
      <FailureAlert failure={failure} onRetry={reload} />
      {data?.paymentDiscrepancies.nodes.length === 0 && <Text>{m.control.discrepanciesEmpty}</Text>}
      <Stack>
        {data?.paymentDiscrepancies.nodes.map((one) => (
          <DiscrepancyRow key={one.id} discrepancy={one} />
        ))}
      </Stack>
    </section>
  );
}

function DiscrepancyRow({ discrepancy }: { discrepancy: DiscrepancyRowFragment }) {
  const { m, format } = useI18n();
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const resolve = useAction(ResolvePaymentDiscrepancyDocument, (data) => data.resolvePaymentDiscrepancy, changes);
  const kind = m.control.discrepancyKinds[discrepancy.kind];
  const settle = async (note: string) => {
    if (!(await resolve.run({ input: { id: discrepancy.id, note } }))) return;
    setAsking(false);
    toast(m.control.resolved);
  };
  return (
    <div className={styles.panel}>
      <Group justify="space-between">
        <Title order={3} size="h5">
          {kind} · {discrepancy.day}
        </Title>
        <Button
          size="xs"
          variant="default"
          aria-label={m.control.resolveOf(kind, discrepancy.paymentKey)}
          onClick={() => {
            resolve.forget();
            setAsking(true);
          }}
        >
          {m.control.resolve}
        </Button>
      </Group>
      <dl className={styles.facts}>
        <dt>{m.control.ours}</dt>
        <dd>{format.won(discrepancy.ours.amount)}</dd>
        <dt>{m.control.theirs}</dt>
        <dd>{format.won(discrepancy.theirs.amount)}</dd>
        <dt>{m.control.paymentFacts.order}</dt>
        <dd>{discrepancy.orderId}</dd>
        <dt>{m.control.paymentKey}</dt>
        <dd>{discrepancy.paymentKey}</dd>
      </dl>
      {asking && (
        <ReasonDialog
          title={kind}
          label={m.control.voidNote}
          maxLength={500}
          action={m.control.resolve}
          keep={m.common.back}
          gentle
          busy={resolve.busy}
          failure={resolve.failure}
          onSubmit={(note) => void settle(note)}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
