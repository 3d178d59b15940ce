import { Text } from '@mantine/core';
import { useI18n } from '../i18n';
import { Facts } from '../shop/Facts';
import type { CorrectionViewFragment, TaxType } from './operations';
import { changesOf, type Particulars } from './particulars';

/** What a request to correct particulars changes, and why; its seller and staff read it. */
export function CorrectionFacts({ request, now }: { request: CorrectionViewFragment; now: Particulars }) {
  const { m, format } = useI18n();
  const said = (name: string, value: string) => (name === 'taxType' ? m.seller.taxTypes[value as TaxType] : value);
  return (
    <>
      <Text size="sm" c="dimmed" mb="xs">
        {m.particulars.requestedAt(format.dateTime(request.requestedAt))}
        {request.decidedAt !== null && ` · ${m.particulars.decidedAt(format.dateTime(request.decidedAt))}`}
      </Text>
      <Facts
        facts={[
          ...changesOf(request, now).map(({ name, before, wanted }): [string, string] => [
            m.particulars.fields[name],
            m.particulars.change(said(name, before), said(name, wanted)),
          ]),
          [m.particulars.reason, request.reason],
          [m.particulars.decisionReason, request.decision],
        ]}
      />
    </>
  );
}
