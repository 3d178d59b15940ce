import { Group, Text } from '@mantine/core';
import { useI18n } from '../../i18n';
import { Picture } from '../../ui/Picture';
import { StateBadge } from '../../ui/StateBadge';
import { lineImage } from '../lineImage';
import type { ClaimSummaryFragment } from '../operations';

/** A claim in a list: what, of which goods, and where it stands. */
export function ClaimHead({ claim }: { claim: ClaimSummaryFragment }) {
  const { m, format } = useI18n();
  const first = claim.lines[0];
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Text size="sm" c="dimmed">
          {format.date(claim.requestedAt)} · {m.claims.kinds[claim.kind]} · {m.claims.reasons[claim.reason]}
        </Text>
        <StateBadge state={claim.state} label={m.states.claim[claim.state]} />
      </Group>
      <Group wrap="nowrap" align="flex-start">
        <Picture image={lineImage(first?.line.imageUrl ?? null)} size={56} />
        <div style={{ minWidth: 0 }}>
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            {first?.line.productTitle}
          </Text>
          <Text size="sm" c="dimmed">
            {first && `${first.line.variantName} · ${m.common.pieces(first.quantity)}`}
            {claim.lines.length > 1 && ` · ${m.orders.more(claim.lines.length - 1)}`}
          </Text>
        </div>
      </Group>
    </>
  );
}
