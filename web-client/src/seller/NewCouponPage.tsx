import { Button, Group, NativeSelect, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { useRef, type ChangeEvent, type FormEvent } from 'react';
import { Link, useNavigate } from 'react-router';
import { fieldMessage } from '../api/failure';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { useFields, type Errors } from '../ui/fields';
import { PageTitle } from '../ui/PageTitle';
import { useToast } from '../ui/toast';
import { couponFaults, couponTerms, dayInKorea, newCoupon, type CouponValues } from './couponDraft';
import { CreateCouponDocument, type CouponDiscountKind, type CouponDistribution } from './operations';
import { useOwnSeller } from './SellerArea';

type TextName = Exclude<keyof CouponValues, 'kind' | 'distribution'>;

const kinds: readonly CouponDiscountKind[] = ['PERCENT', 'AMOUNT'];
const distributions = ['DOWNLOAD', 'CODE'] as const satisfies readonly CouponDistribution[];
/** What the API calls a field, where it has another name. */
const apiNames: Partial<Record<TextName, string>> = { startsOn: 'startsAt', endsOn: 'endsAt' };

export default function NewCouponPage() {
  const { m } = useI18n();
  const seller = useOwnSeller();
  const toast = useToast();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const create = useAction(CreateCouponDocument, (data) => data.createCouponPolicy, ['CouponPolicy']);
  const fields = useFields<CouponValues>(newCoupon(dayInKorea(new Date())), (values) => {
    const errors: Errors<CouponValues> = {};
    for (const [name, fault] of Object.entries(couponFaults(values))) {
      errors[name as keyof CouponValues] = m.seller.couponFaults[fault];
    }
    return errors;
  });
  const { values } = fields;
  const bind = (name: TextName) => ({
    value: values[name],
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => fields.set(name, event.currentTarget.value),
    error: fields.errors[name] ?? fieldMessage(create.failure, apiNames[name] ?? name),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check(form.current)) return;
    if (!(await create.run({ input: { sellerId: seller.id, terms: couponTerms(values) } }))) return;
    toast(m.seller.couponCreated);
    await navigate('/seller/coupons');
  };
  return (
    <>
      <PageTitle title={m.seller.newCoupon} />
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack maw={640}>
          <TextInput label={m.seller.couponName} required maxLength={80} {...bind('name')} />
          <Textarea label={m.seller.couponDescription} rows={2} maxLength={1000} {...bind('description')} />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <NativeSelect
              label={m.seller.couponKind}
              value={values.kind}
              onChange={(event) => fields.set('kind', event.currentTarget.value as CouponDiscountKind)}
              data={kinds.map((one) => ({ value: one, label: m.seller.couponKinds[one] }))}
            />
            <TextInput label={m.seller.couponValues[values.kind]} required inputMode="numeric" {...bind('value')} />
            <TextInput label={m.seller.couponMinimum} inputMode="numeric" {...bind('minimum')} />
            {values.kind === 'PERCENT' && (
              <TextInput label={m.seller.couponCap} inputMode="numeric" {...bind('cap')} />
            )}
            <TextInput label={m.seller.couponStart} type="date" required {...bind('startsOn')} />
            <TextInput label={m.seller.couponEnd} type="date" required {...bind('endsOn')} />
            <NativeSelect
              label={m.seller.couponDistribution}
              value={values.distribution}
              onChange={(event) => fields.set('distribution', event.currentTarget.value as CouponDistribution)}
              data={distributions.map((one) => ({ value: one, label: m.seller.couponDistributions[one] }))}
            />
            {values.distribution === 'CODE' && (
              <TextInput label={m.coupons.code} required maxLength={32} autoComplete="off" {...bind('code')} />
            )}
            <TextInput label={m.seller.couponLimit} inputMode="numeric" {...bind('totalLimit')} />
          </SimpleGrid>
          <FailureAlert failure={create.failure} />
          <Group justify="flex-end">
            <Button variant="default" component={Link} to="/seller/coupons">
              {m.common.back}
            </Button>
            <Button type="submit" loading={create.busy}>
              {m.office.draft}
            </Button>
          </Group>
        </Stack>
      </form>
    </>
  );
}
