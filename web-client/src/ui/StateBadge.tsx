import { Badge } from '@mantine/core';

const colors: Record<string, string> = {
  PAYMENT_PENDING: 'orange',
  PAID: 'blue',
  PREPARING: 'blue',
  PARTIALLY_SHIPPED: 'indigo',
  SHIPPED: 'indigo',
  DELIVERED: 'pine',
  CONFIRMED: 'pine',
  CANCEL_REQUESTED: 'red',
  ON_SALE: 'pine',
  IN_REVIEW: 'orange',
  SUSPENDED: 'red',
  APPLIED: 'orange',
  DOCS_REQUIRED: 'orange',
  UNDER_REVIEW: 'blue',
  APPROVED: 'indigo',
  ACTIVE: 'pine',
  RESTRICTED: 'red',
  REJECTED: 'red',
  REQUESTED: 'orange',
  COLLECTING: 'blue',
  COLLECTED: 'blue',
  INSPECTED: 'indigo',
  REFUNDED: 'indigo',
  RESHIPPED: 'indigo',
  DONE: 'pine',
  ON_HOLD: 'orange',
  DISPUTED: 'red',
  SCHEDULED: 'blue',
  PAUSED: 'orange',
  ISSUED: 'pine',
  RESTORED: 'pine',
  PUBLISHED: 'pine',
  BLINDED: 'red',
  FAILED: 'red',
  UNDELIVERED: 'red',
  WAITING_FOR_DEPOSIT: 'orange',
  INTEGRITY_FAILURE: 'red',
};

/** A state's name on a colour; the colour only repeats what the name says. */
export function StateBadge({ state, label }: { state: string; label: string }) {
  return (
    <Badge variant="light" color={colors[state] ?? 'gray'} radius="sm" tt="none" fw={700}>
      {label}
    </Badge>
  );
}
