import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { Facts } from '../shop/Facts';
import { FailureAlert } from '../ui/FailureAlert';
import { PageTitle } from '../ui/PageTitle';
import { RowsSkeleton } from '../ui/Skeletons';
import { StateBadge } from '../ui/StateBadge';
import { useToast } from '../ui/toast';
import { BankAccountForm } from './BankAccountForm';
import { CorrectionFacts } from './CorrectionFacts';
import { CorrectionForm } from './CorrectionForm';
import {
  OwnParticularsDocument,
  WithdrawSellerParticularsDocument,
  type CorrectionViewFragment,
  type OwnParticularsQuery,
} from './operations';
import { changes, openRequest, particularNames } from './particulars';
import { Panel } from './ProductFields';
import { useOwnSeller } from './SellerArea';

export type OwnParticulars = NonNullable<OwnParticularsQuery['seller']>;

/** What the shop tells of its business, how it is corrected, and where it is paid. */
export default function ParticularsPage() {
  const { m } = useI18n();
  const seller = useOwnSeller();
  const { data, loading, failure, reload } = useApiQuery(OwnParticularsDocument, { id: seller.id }, { dependsOn: changes });
  const own = data?.seller;
  return (
    <>
      <PageTitle title={m.particulars.title} />
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {own && (
        <Stack gap="lg">
          <Shown own={own} />
          {own.bankAccount === null ? <Alert color="blue">{m.particulars.ownerOnly}</Alert> : <OwnersPart own={own} />}
          <History own={own} />
        </Stack>
      )}
    </>
  );
}

function Shown({ own }: { own: OwnParticulars }) {
  const { m } = useI18n();
  return (
    <Panel title={m.particulars.shown}>
      <Text size="sm" c="dimmed">
        {m.particulars.shownNote}
      </Text>
      <Facts
        facts={[
          [m.particulars.fields.name, own.name],
          [m.particulars.fields.representativeName, own.representativeName],
          [m.seller.businessNumber, own.businessNumber],
          [m.particulars.fields.mailOrderNumber, own.mailOrderNumber],
          [m.particulars.fields.taxType, m.seller.taxTypes[own.taxType]],
          [m.particulars.fields.address, own.address],
          [m.shop.sellerContact, `${own.phone} · ${own.email}`],
        ]}
      />
    </Panel>
  );
}

/** What the owner alone may do. */
function OwnersPart({ own }: { own: OwnParticulars }) {
  const { m } = useI18n();
  return (
    <>
      <Panel title={m.particulars.requestTitle}>
        {openRequest(own.particularsRequests) ? (
          <Text>{m.particulars.openAlready}</Text>
        ) : (
          // Anew with what is so now, once staff have changed it.
          <CorrectionForm key={particularNames.map((name) => own[name]).join('\n')} own={own} />
        )}
      </Panel>
      <Panel title={m.seller.bankTitle}>
        <BankAccountForm own={own} />
      </Panel>
    </>
  );
}

function History({ own }: { own: OwnParticulars }) {
  const { m } = useI18n();
  return (
    <Panel title={m.particulars.history}>
      {own.particularsRequests.length === 0 && <Text c="dimmed">{m.particulars.historyEmpty}</Text>}
      {own.particularsRequests.map((request) => (
        <Request key={request.id} own={own} request={request} />
      ))}
    </Panel>
  );
}

function Request({ own, request }: { own: OwnParticulars; request: CorrectionViewFragment }) {
  const { m } = useI18n();
  const toast = useToast();
  const withdraw = useAction(WithdrawSellerParticularsDocument, (data) => data.withdrawSellerParticulars, changes);
  const takeBack = async () => {
    if (await withdraw.run({ input: { requestId: request.id } })) toast(m.particulars.withdrawn);
  };
  return (
    <div>
      <StateBadge state={request.state} label={m.particulars.states[request.state]} />
      <CorrectionFacts request={request} now={own} />
      {request.state === 'OPEN' && own.bankAccount !== null && (
        <Group mt="sm">
          <Button size="xs" variant="default" loading={withdraw.busy} onClick={() => void takeBack()}>
            {m.particulars.withdraw}
          </Button>
        </Group>
      )}
      <FailureAlert failure={withdraw.failure} />
    </div>
  );
}
