import { Stack, Text, Title } from '@mantine/core';
import { useI18n } from '../../i18n';
import { Picture } from '../../ui/Picture';
import { Facts } from '../Facts';
import type { ClaimViewFragment } from '../operations';
import { lineImage } from '../lineImage';
import { here } from '../photos/photo';
import { PhotoList } from '../photos/PhotoList';
import styles from '../shop.module.css';

/** What a claim is about, what it costs, and how it went. For the buyer, the seller and staff alike. */
export function ClaimFacts({ claim }: { claim: ClaimViewFragment }) {
  return (
    <Stack>
      <ClaimLines claim={claim} />
      <ClaimTerms claim={claim} />
      <ClaimHistory claim={claim} />
    </Stack>
  );
}

function ClaimLines({ claim }: { claim: ClaimViewFragment }) {
  const { m, format } = useI18n();
  return (
    <section className={styles.panel}>
      <Title order={2} size="h5">
        {m.claims.lines}
      </Title>
      <ul className={styles.plainList}>
        {claim.lines.map(({ line, quantity, total, newVariant, sound }) => (
          <li key={line.id} className={styles.line}>
            <Picture image={lineImage(line.imageUrl)} size={56} />
            <div className={styles.lineBody}>
              <Text fw={600}>{line.productTitle}</Text>
              <Text size="sm" c="dimmed">
                {line.variantName} · {m.common.pieces(quantity)} · {format.won(total.amount)}
              </Text>
              {newVariant !== null && <Text size="sm">{m.claims.exchangeFor(newVariant.name)}</Text>}
              {sound !== null && <Text size="sm">{sound ? m.claims.sound : m.claims.damaged}</Text>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function ClaimTerms({ claim }: { claim: ClaimViewFragment }) {
  const { m, format } = useI18n();
  const parcel = (one: ClaimViewFragment['collection']) =>
    one === null ? null : [one.carrier, one.trackingNumber].filter((text) => text !== null).join(' ');
  const refunds = claim.remedy === 'REFUND';
  return (
    <section className={styles.panel}>
      <Title order={2} size="h5" mb="sm">
        {m.claims.terms}
      </Title>
      <Facts
        facts={[
          [m.claims.wish, m.claims.remedies[claim.remedy]],
          [m.claims.reason, m.claims.reasons[claim.reason]],
          [m.claims.detailLabel, claim.detail],
          [m.claims.fault, m.claims.faults[claim.fault]],
          [m.claims.itemsTotal, format.won(claim.itemsTotal.amount)],
          [m.claims.fee, format.won(claim.fee.amount)],
          [m.claims.shippingRefund, claim.shippingRefund.amount > 0 ? format.won(claim.shippingRefund.amount) : null],
          [m.claims.refundAmount, refunds ? format.won(claim.refundAmount.amount) : null],
          [m.claims.answerBy, claim.state === 'REQUESTED' ? format.dateTime(claim.answerBy) : null],
          [m.claims.refusal, claim.refusal],
          [m.claims.holdReason, claim.state === 'ON_HOLD' ? claim.holdReason : null],
          [m.claims.collection, parcel(claim.collection)],
          [m.claims.reshipment, parcel(claim.reshipment)],
        ]}
      />
      <PhotoList photos={claim.photos.map(({ id, url }) => ({ key: id, url: here(url) }))} />
    </section>
  );
}

function ClaimHistory({ claim }: { claim: ClaimViewFragment }) {
  const { m, format } = useI18n();
  return (
    <section className={styles.panel}>
      <Title order={2} size="h5" mb="sm">
        {m.claims.history}
      </Title>
      <ol className={styles.plainList}>
        {claim.history.map((change, index) => (
          <li key={index}>
            <Text size="sm">
              {m.states.claim[change.to]} · {m.claims.parties[change.party]} · {format.dateTime(change.changedAt)}
              {change.reason !== null && ` · ${change.reason}`}
            </Text>
          </li>
        ))}
      </ol>
    </section>
  );
}
