import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useParams } from 'react-router';
import { NotFoundPage } from '../app/NotFoundPage';
import { useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { ClaimFacts } from '../shop/claims/ClaimFacts';
import { Dialog } from '../ui/Dialog';
import { FailureAlert } from '../ui/FailureAlert';
import { PageTitle } from '../ui/PageTitle';
import { ParcelDialog } from '../ui/ParcelDialog';
import { ReasonDialog } from '../ui/ReasonDialog';
import { RowsSkeleton } from '../ui/Skeletons';
import { StateBadge } from '../ui/StateBadge';
import { useToast } from '../ui/toast';
import { commandsFor, type ClaimCommand } from './claimCommands';
import { SellerClaimDocument, type SellerClaimQuery } from './operations';
import { useClaimCommand, type ClaimDetails } from './useClaimCommand';

type ClaimDetail = NonNullable<SellerClaimQuery['claim']>;

export default function SellerClaimPage() {
  const { id = '' } = useParams();
  const { data, loading, failure, reload } = useApiQuery(SellerClaimDocument, { id }, { dependsOn: ['Claim'] });
  if (loading) return <RowsSkeleton />;
  if (data && !data.claim && failure === null) return <NotFoundPage />;
  return (
    <>
      <FailureAlert failure={failure} onRetry={reload} />
      {data?.claim && <Claim claim={data.claim} />}
    </>
  );
}

function Claim({ claim }: { claim: ClaimDetail }) {
  const { m, format } = useI18n();
  const address = claim.sellerOrder.shippingAddress;
  return (
    <>
      <PageTitle title={m.claims.titleOf(m.claims.kinds[claim.kind])} />
      <Group gap="xs" mb="sm">
        <StateBadge state={claim.state} label={m.states.claim[claim.state]} />
        <Text size="sm" c="dimmed">
          {claim.sellerOrder.number} · {format.dateTime(claim.requestedAt)}
        </Text>
      </Group>
      <Text size="sm" mb="md">
        {m.seller.shipTo}: {address.recipient}, {address.phone}, ({address.zonecode}) {address.roadAddress}{' '}
        {address.detail}
      </Text>
      <Commands claim={claim} />
      <ClaimFacts claim={claim} />
    </>
  );
}

const asks: Partial<Record<ClaimCommand, 'reason' | 'parcel' | 'approval' | 'inspection'>> = {
  approve: 'approval',
  inspect: 'inspection',
  collect: 'parcel',
  reship: 'parcel',
  reject: 'reason',
  hold: 'reason',
  dispute: 'reason',
};

function Commands({ claim }: { claim: ClaimDetail }) {
  const { m } = useI18n();
  const toast = useToast();
  const [asking, setAsking] = useState<ClaimCommand | null>(null);
  const { run, busy, failure, forget } = useClaimCommand(claim.id);
  const commands = commandsFor(claim);
  const take = async (command: ClaimCommand, details: ClaimDetails = {}) => {
    if (!(await run(command, details))) return;
    setAsking(null);
    toast(m.seller.claimDone[command]);
  };
  const press = (command: ClaimCommand) => {
    forget();
    if (asks[command] === undefined) void take(command);
    else setAsking(command);
  };
  const form = asking === null ? undefined : asks[asking];
  const shared = { busy, failure, onClose: () => setAsking(null) };
  return (
    <>
      <Group gap="xs" mb="md">
        {commands.map((command, index) => (
          <Button
            key={command}
            variant={index === 0 ? 'filled' : 'default'}
            disabled={busy}
            onClick={() => press(command)}
          >
            {m.seller.claimCommands[command]}
          </Button>
        ))}
      </Group>
      {asking === null && <FailureAlert failure={failure} />}
      {asking !== null && form === 'reason' && (
        <ReasonDialog
          title={m.seller.claimCommands[asking]}
          label={m.admin.reason}
          action={m.seller.claimCommands[asking]}
          keep={m.common.back}
          maxLength={1000}
          onSubmit={(reason) => void take(asking, { reason })}
          {...shared}
        />
      )}
      {asking !== null && form === 'parcel' && (
        <ParcelDialog
          title={m.seller.claimCommands[asking]}
          action={m.seller.claimCommands[asking]}
          onSubmit={(parcel) => void take(asking, { parcel })}
          {...shared}
        />
      )}
      {form === 'approval' && (
        <ApprovalDialog claim={claim} onSubmit={(takesFault) => void take('approve', { takesFault })} {...shared} />
      )}
      {form === 'inspection' && (
        <InspectionDialog
          claim={claim}
          onSubmit={(damagedLineIds) => void take('inspect', { damagedLineIds })}
          {...shared}
        />
      )}
    </>
  );
}

interface FormProps<Value> {
  claim: ClaimDetail;
  busy: boolean;
  failure: ReturnType<typeof useClaimCommand>['failure'];
  onSubmit: (value: Value) => void;
  onClose: () => void;
}

/** A seller can take the fault when agreeing, and with it the shipping. */
function ApprovalDialog({ claim, busy, failure, onSubmit, onClose }: FormProps<boolean>) {
  const { m } = useI18n();
  const [takesFault, setTakesFault] = useState(false);
  return (
    <Dialog title={m.seller.claimCommands.approve} onClose={onClose}>
      <Stack>
        <Text size="sm">{m.seller.approveNote(m.claims.faults[claim.fault])}</Text>
        {claim.fault === 'BUYER' && (
          <Checkbox
            label={m.seller.takeFault}
            checked={takesFault}
            onChange={(event) => setTakesFault(event.currentTarget.checked)}
          />
        )}
        <FailureAlert failure={failure} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {m.common.back}
          </Button>
          <Button loading={busy} onClick={() => onSubmit(takesFault)}>
            {m.seller.claimCommands.approve}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

/** Which goods cannot be sold again; all others go back on sale. */
function InspectionDialog({ claim, busy, failure, onSubmit, onClose }: FormProps<string[]>) {
  const { m } = useI18n();
  const [damaged, setDamaged] = useState<string[]>([]);
  return (
    <Dialog title={m.seller.claimCommands.inspect} onClose={onClose}>
      <Stack>
        <Text size="sm">{claim.remedy === 'REFUND' ? m.seller.inspectRefundNote : m.seller.inspectNote}</Text>
        <Checkbox.Group label={m.seller.damagedLines} value={damaged} onChange={setDamaged}>
          <Stack gap={6} mt={6}>
            {claim.lines.map(({ line, quantity }) => (
              <Checkbox
                key={line.id}
                value={line.id}
                label={`${line.productTitle} ${line.variantName} · ${m.common.pieces(quantity)}`}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <FailureAlert failure={failure} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {m.common.back}
          </Button>
          <Button loading={busy} onClick={() => onSubmit(damaged)}>
            {m.seller.claimCommands.inspect}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
