import { Button, Group, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { useRef, type FormEvent } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { NotFoundPage } from '../../app/NotFoundPage';
import { fieldMessage } from '../../api/failure';
import { useAction, useApiQuery } from '../../api/hooks';
import { once } from '../../api/once';
import { useI18n } from '../../i18n';
import { EmptyState } from '../../ui/EmptyState';
import { FailureAlert } from '../../ui/FailureAlert';
import { useFields } from '../../ui/fields';
import { PageTitle } from '../../ui/PageTitle';
import { Picture } from '../../ui/Picture';
import { QuantityStepper } from '../../ui/QuantityStepper';
import { RowsSkeleton } from '../../ui/Skeletons';
import { useToast } from '../../ui/toast';
import { ClaimCost } from '../claims/ClaimCost';
import { KindChoice } from '../claims/KindChoice';
import { exchangeable, kindsFor, reasonsFor, remedyOf } from '../claims/rules';
import { lineImage } from '../lineImage';
import {
  ClaimableLinesDocument,
  OpenClaimDocument,
  type ClaimableLineFragment,
  type ClaimKind,
  type ClaimReason,
  type ClaimRemedy,
} from '../operations';
import type { Photo } from '../photos/photo';
import { PhotoField } from '../photos/PhotoField';
import styles from '../shop.module.css';

const longestDetail = 1_000;
const mostPhotos = 5;

export default function OpenClaimPage() {
  const { m } = useI18n();
  const { id = '', lineId = '' } = useParams();
  const { data, loading, failure, reload } = useApiQuery(
    ClaimableLinesDocument,
    { orderId: id },
    { dependsOn: ['Order', 'OrderLine'] },
  );
  if (loading) return <RowsSkeleton />;
  const line = data?.order?.lines.find((one) => one.id === lineId);
  if (data && !line && failure === null) return <NotFoundPage />;
  return (
    <div className={styles.form}>
      <PageTitle title={m.claims.open} />
      <FailureAlert failure={failure} onRetry={reload} />
      {line && kindsFor(line.state).length === 0 && (
        <EmptyState text={m.claims.notNow}>
          <Button component={Link} to={`/orders/${id}`}>
            {m.orders.detail}
          </Button>
        </EmptyState>
      )}
      {line && kindsFor(line.state).length > 0 && <OpenClaimForm orderId={id} line={line} />}
    </div>
  );
}

interface Values {
  kind: ClaimKind;
  wish: ClaimRemedy;
  reason: ClaimReason | '';
  quantity: number;
  variantId: string;
  detail: string;
  photos: Photo[];
}

function OpenClaimForm({ orderId, line }: { orderId: string; line: ClaimableLineFragment }) {
  const { m } = useI18n();
  const toast = useToast();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const kinds = kindsFor(line.state);
  const left = line.quantity - line.returnedQuantity;
  const open = useAction(OpenClaimDocument, (data) => data.openClaim, ['Claim', 'OrderLine', 'Order']);
  const fields = useFields<Values>(
    {
      kind: kinds[0] ?? 'DEFECT',
      wish: 'REFUND',
      reason: '',
      quantity: left,
      variantId: line.variant.id,
      detail: '',
      photos: [],
    },
    (values) => ({
      reason: values.reason === '' ? m.forms.needed : undefined,
      detail: values.kind === 'DEFECT' && values.detail.trim() === '' ? m.forms.needed : undefined,
    }),
  );
  const { kind, wish, reason, quantity, variantId, detail, photos } = fields.values;
  const reasons = reasonsFor(kind);
  const chosen = reasons.find((one) => one === reason);
  const remedy = remedyOf(kind, wish);
  const others = remedy === 'RESHIP' && quantity === left ? exchangeable(line) : [];
  const other = others.some((variant) => variant.id === variantId) ? variantId : line.variant.id;

  const chooseKind = (next: ClaimKind) => {
    fields.set('kind', next);
    if (reason !== '' && !reasonsFor(next).includes(reason)) fields.set('reason', '');
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check(form.current) || chosen === undefined) return;
    const payload = await once(`openClaim.${line.id}`, open, {
      orderId,
      kind,
      remedy,
      reason: chosen,
      detail: detail.trim(),
      noticedAt: null,
      photoIds: photos.map((photo) => photo.key),
      lines: [{ lineId: line.id, quantity, newVariantId: other === line.variant.id ? null : other }],
    });
    if (!payload?.claim) return;
    toast(m.claims.opened);
    await navigate(`/claims/${payload.claim.id}`, { replace: true });
  };

  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <Group wrap="nowrap" align="flex-start">
          <Picture image={lineImage(line.imageUrl)} size={72} />
          <div>
            <Text fw={600}>{line.productTitle}</Text>
            <Text size="sm" c="dimmed">
              {line.variantName}
            </Text>
          </div>
        </Group>
        <KindChoice kinds={kinds} kind={kind} wish={wish} onKind={chooseKind} onWish={(next) => fields.set('wish', next)} />
        <NativeSelect
          label={m.claims.reason}
          required
          value={chosen ?? ''}
          onChange={(event) => fields.set('reason', event.currentTarget.value as Values['reason'])}
          data={[
            { value: '', label: m.claims.pickReason },
            ...reasons.map((one) => ({ value: one, label: m.claims.reasons[one] })),
          ]}
          error={fields.errors.reason ?? fieldMessage(open.failure, 'reason')}
        />
        {left > 1 && (
          <Group>
            <Text fw={500}>{m.shop.quantity}</Text>
            <QuantityStepper
              label={m.shop.quantity}
              value={quantity}
              max={left}
              onChange={(next) => fields.set('quantity', next)}
            />
          </Group>
        )}
        {others.length > 1 && (
          <NativeSelect
            label={m.claims.newVariant}
            value={other}
            onChange={(event) => fields.set('variantId', event.currentTarget.value)}
            data={others.map((variant) => ({ value: variant.id, label: variant.name }))}
            error={fieldMessage(open.failure, 'newVariantId')}
          />
        )}
        <Textarea
          label={m.claims.detailLabel}
          description={m.claims.detailHint}
          required={kind === 'DEFECT'}
          rows={4}
          maxLength={longestDetail}
          value={detail}
          onChange={(event) => fields.set('detail', event.currentTarget.value)}
          error={fields.errors.detail ?? fieldMessage(open.failure, 'detail')}
        />
        <PhotoField
          of={{ purpose: 'CLAIM_PHOTO', sellerId: line.sellerOrder.seller.id }}
          most={mostPhotos}
          photos={photos}
          onChange={(next) => fields.set('photos', next)}
        />
        {chosen !== undefined && <ClaimCost line={line} quantity={quantity} remedy={remedy} reason={chosen} />}
        <FailureAlert failure={open.failure} />
        <Group justify="flex-end">
          <Button variant="default" component={Link} to={`/orders/${orderId}`}>
            {m.common.back}
          </Button>
          <Button type="submit" loading={open.busy}>
            {m.claims.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
