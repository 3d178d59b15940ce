import { Button, Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useSearchParams } from 'react-router';
import { fieldMessage } from '../../api/failure';
import { useAction, useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { EmptyState } from '../../ui/EmptyState';
import { FailureAlert } from '../../ui/FailureAlert';
import { Pager } from '../../ui/Pager';
import { PageTitle } from '../../ui/PageTitle';
import { usePageVariables } from '../../ui/paging';
import { RowsSkeleton } from '../../ui/Skeletons';
import { StateBadge } from '../../ui/StateBadge';
import { useToast } from '../../ui/toast';
import { CouponFacts } from '../coupons/CouponFacts';
import {
  ClaimCouponDocument,
  DownloadableCouponsDocument,
  MyCouponsDocument,
  RedeemCouponCodeDocument,
  type CouponState,
  type DownloadableCouponsQuery,
} from '../operations';
import styles from '../shop.module.css';

const changes = ['Coupon', 'CouponPolicy'];
const states: readonly CouponState[] = ['ISSUED', 'RESERVED', 'USED', 'RESTORED', 'EXPIRED', 'REVOKED'];

export default function CouponsPage() {
  const { m } = useI18n();
  return (
    <>
      <PageTitle title={m.coupons.mine} />
      <Stack>
        <CodeForm />
        <Downloadable />
        <Mine />
      </Stack>
    </>
  );
}

function CodeForm() {
  const { m } = useI18n();
  const toast = useToast();
  const [code, setCode] = useState('');
  const [missing, setMissing] = useState(false);
  const redeem = useAction(RedeemCouponCodeDocument, (data) => data.redeemCouponCode, changes);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const typed = code.trim();
    setMissing(typed === '');
    if (typed === '' || !(await redeem.run({ input: { code: typed } }))) return;
    setCode('');
    toast(m.coupons.got);
  };
  const message = fieldMessage(redeem.failure, 'code');
  return (
    <form className={styles.panel} onSubmit={(event) => void submit(event)} noValidate>
      <Group align="flex-start">
        <TextInput
          label={m.coupons.code}
          required
          maxLength={32}
          autoComplete="off"
          autoCapitalize="characters"
          style={{ flex: 1, minWidth: 0 }}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={missing ? m.forms.needed : message}
        />
        <Button type="submit" loading={redeem.busy} mt={26}>
          {m.coupons.redeem}
        </Button>
      </Group>
      {message === undefined && <FailureAlert failure={redeem.failure} />}
    </form>
  );
}

function Downloadable() {
  const { m } = useI18n();
  const { data, failure, reload } = useApiQuery(DownloadableCouponsDocument, {}, { dependsOn: changes });
  const policies = data?.downloadableCoupons ?? [];
  if (policies.length === 0 && failure === null) return null;
  return (
    <section className={styles.panel}>
      <Title order={2} size="h4">
        {m.coupons.downloadable}
      </Title>
      <FailureAlert failure={failure} onRetry={reload} />
      <ul className={styles.plainList}>
        {policies.map((policy) => (
          <DownloadRow key={policy.id} policy={policy} />
        ))}
      </ul>
    </section>
  );
}

function DownloadRow({ policy }: { policy: DownloadableCouponsQuery['downloadableCoupons'][number] }) {
  const { m, format } = useI18n();
  const toast = useToast();
  const claim = useAction(ClaimCouponDocument, (data) => data.claimCoupon, changes);
  const take = async () => {
    if (await claim.run({ input: { policyId: policy.id } })) toast(m.coupons.got);
  };
  const has = policy.claimed === true;
  return (
    <li className={styles.line}>
      <div className={styles.lineBody}>
        <CouponFacts policy={policy} seller={policy.seller} />
        <Text size="sm" c="dimmed">
          {m.coupons.until(format.date(policy.endsAt))}
          {policy.remaining !== null && ` · ${m.coupons.remaining(policy.remaining)}`}
        </Text>
        <FailureAlert failure={claim.failure} />
      </div>
      <Button
        size="xs"
        disabled={has}
        loading={claim.busy}
        aria-label={has ? m.coupons.hasOf(policy.name) : m.coupons.downloadOf(policy.name)}
        onClick={() => void take()}
      >
        {has ? m.coupons.has : m.coupons.download}
      </Button>
    </li>
  );
}

function Mine() {
  const { m, format } = useI18n();
  const [params, setParams] = useSearchParams();
  const state = states.find((one) => one === params.get('state')) ?? null;
  const { data, loading, failure, reload } = useApiQuery(
    MyCouponsDocument,
    { state, ...usePageVariables(20) },
    { dependsOn: changes },
  );
  const page = data?.myCoupons;
  return (
    <section className={styles.panel}>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          {m.coupons.listTitle}
        </Title>
        <NativeSelect
          aria-label={m.coupons.filter}
          value={state ?? 'all'}
          onChange={(event) => setParams({ state: event.currentTarget.value })}
          data={[
            { value: 'all', label: m.seller.filterAll },
            ...states.map((one) => ({ value: one, label: m.states.coupon[one] })),
          ]}
        />
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && <EmptyState text={m.coupons.empty} />}
      <ul className={styles.plainList}>
        {page?.nodes.map((coupon) => (
          <li key={coupon.id} className={styles.line}>
            <div className={styles.lineBody}>
              <div>
                <StateBadge state={coupon.state} label={m.states.coupon[coupon.state]} />
              </div>
              <CouponFacts policy={coupon.policy} seller={coupon.policy.seller} />
              <Text size="sm" c="dimmed">
                {coupon.usedAt !== null
                  ? m.coupons.usedAt(format.dateTime(coupon.usedAt))
                  : m.coupons.until(format.dateTime(coupon.expiresAt))}
              </Text>
            </div>
          </li>
        ))}
      </ul>
      {page && <Pager info={page.pageInfo} />}
    </section>
  );
}
