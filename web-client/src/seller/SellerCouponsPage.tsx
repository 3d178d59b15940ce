import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { useDiscountText } from '../shop/coupons/discount';
import styles from '../shop/shop.module.css';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { Pager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { usePageVariables } from '../ui/paging';
import { ReasonDialog } from '../ui/ReasonDialog';
import { RowsSkeleton } from '../ui/Skeletons';
import { StateBadge } from '../ui/StateBadge';
import { useToast } from '../ui/toast';
import {
  EndCouponDocument,
  PauseCouponDocument,
  PublishCouponDocument,
  ResumeCouponDocument,
  SellerCouponsDocument,
  type CouponPolicyState,
  type OwnCouponFragment,
} from './operations';
import { useOwnSeller } from './SellerArea';

type Command = 'publish' | 'pause' | 'resume' | 'end';

const pageSize = 20;
const changes = ['CouponPolicy'];
const offered: Record<CouponPolicyState, readonly Command[]> = {
  DRAFT: ['publish'],
  SCHEDULED: ['pause', 'end'],
  ACTIVE: ['pause', 'end'],
  PAUSED: ['resume', 'end'],
  EXHAUSTED: ['end'],
  ENDED: [],
};

export default function SellerCouponsPage() {
  const { m } = useI18n();
  const seller = useOwnSeller();
  const { data, loading, failure, reload } = useApiQuery(
    SellerCouponsDocument,
    { sellerId: seller.id, ...usePageVariables(pageSize) },
    { dependsOn: changes },
  );
  const page = data?.couponPolicies;
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.seller.couponsTitle} />
        <Button component={Link} to="/seller/coupons/new">
          {m.seller.newCoupon}
        </Button>
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && <EmptyState text={m.seller.couponsEmpty} />}
      <Stack>
        {page?.nodes.map((policy) => (
          <CouponRow key={policy.id} policy={policy} />
        ))}
      </Stack>
      {page && <Pager info={page.pageInfo} />}
    </>
  );
}

function CouponRow({ policy }: { policy: OwnCouponFragment }) {
  const { m, format } = useI18n();
  const discount = useDiscountText();
  return (
    <section className={styles.panel}>
      <Group gap="xs">
        <Title order={2} size="h5">
          {policy.name}
        </Title>
        <StateBadge state={policy.state} label={m.states.couponPolicy[policy.state]} />
      </Group>
      <Text size="sm">
        {discount(policy)}
        {policy.minimum.amount > 0 && ` · ${m.coupons.minimum(format.won(policy.minimum.amount))}`}
        {policy.cap !== null && ` · ${m.coupons.cap(format.won(policy.cap.amount))}`}
        {policy.code !== null && ` · ${m.coupons.code} ${policy.code}`}
      </Text>
      <Text size="sm" c="dimmed">
        {format.date(policy.startsAt)} – {format.date(policy.endsAt)}
        {policy.issuedCount !== null && ` · ${m.seller.issued(policy.issuedCount)}`}
        {policy.remaining !== null && ` · ${m.coupons.remaining(policy.remaining)}`}
      </Text>
      <Commands policy={policy} />
    </section>
  );
}

function Commands({ policy }: { policy: OwnCouponFragment }) {
  const { m } = useI18n();
  const toast = useToast();
  const [asking, setAsking] = useState<'pause' | 'end' | null>(null);
  const publish = useAction(PublishCouponDocument, (data) => data.publishCouponPolicy, changes);
  const resume = useAction(ResumeCouponDocument, (data) => data.resumeCouponPolicy, changes);
  const pause = useAction(PauseCouponDocument, (data) => data.pauseCouponPolicy, changes);
  const end = useAction(EndCouponDocument, (data) => data.endCouponPolicy, changes);
  const plain = { publish, resume };
  const reasoned = { pause, end };
  const input = { policyId: policy.id };
  const press = async (command: Command) => {
    if (command === 'pause' || command === 'end') {
      reasoned[command].forget();
      setAsking(command);
    } else if (await plain[command].run({ input })) toast(m.seller.couponDone[command]);
  };
  const withReason = async (command: 'pause' | 'end', reason: string) => {
    if (!(await reasoned[command].run({ input: { ...input, reason } }))) return;
    setAsking(null);
    toast(m.seller.couponDone[command]);
  };
  return (
    <>
      <Group gap="xs" mt="sm">
        {offered[policy.state].map((command) => (
          <Button
            key={command}
            size="xs"
            variant={command === 'end' || command === 'pause' ? 'default' : 'filled'}
            loading={command === 'publish' || command === 'resume' ? plain[command].busy : false}
            aria-label={m.seller.couponCommandOf(policy.name, m.seller.couponCommands[command])}
            onClick={() => void press(command)}
          >
            {m.seller.couponCommands[command]}
          </Button>
        ))}
      </Group>
      <FailureAlert failure={publish.failure ?? resume.failure} />
      {asking !== null && (
        <ReasonDialog
          title={m.seller.couponCommandOf(policy.name, m.seller.couponCommands[asking])}
          label={m.admin.reason}
          action={m.seller.couponCommands[asking]}
          keep={m.common.back}
          busy={reasoned[asking].busy}
          failure={reasoned[asking].failure}
          onSubmit={(reason) => void withReason(asking, reason)}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}
