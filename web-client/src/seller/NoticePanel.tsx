import { Button, Fieldset, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { fieldMessage } from '../api/failure';
import { useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { NoticeRows, RowList } from './DraftRows';
import {
  extraNotices,
  isBadNumber,
  kcKinds,
  noCertification,
  noticeValue,
  withExtras,
  withNotice,
  type KcDraft,
  type KcStanding,
} from './notice';
import { NoticeTemplatesDocument, type KcKind, type NoticeKind, type NoticeTemplatesQuery } from './operations';
import { Panel, type ProductFieldsProps } from './ProductFields';

type Template = NoticeTemplatesQuery['noticeTemplates'][number];

const standings: readonly KcStanding[] = ['NONE', 'CERTIFIED', 'EXEMPT'];

/** The legal notice (상품정보제공고시): what it has to tell depends on the kind of goods. */
export function NoticePanel({ fields, failure }: ProductFieldsProps) {
  const { m } = useI18n();
  const { data, failure: missing, reload } = useApiQuery(NoticeTemplatesDocument, {}, { policy: 'cache-first' });
  const templates = data?.noticeTemplates ?? [];
  const { noticeKind, notices } = fields.values;
  const template = templates.find((one) => one.kind === noticeKind);
  const items = template?.items ?? [];
  const choose = (kind: NoticeKind | '') => {
    fields.set('noticeKind', kind);
    // What was written under another kind stays as an extra; what was not is forgotten.
    fields.set('notices', notices.filter((row) => row.value.trim() !== ''));
  };
  return (
    <Panel title={m.seller.noticesTitle}>
      <FailureAlert failure={missing} onRetry={reload} />
      <NativeSelect
        label={m.goods.noticeKind}
        description={m.goods.noticeKindHint}
        required
        maw={360}
        value={noticeKind}
        onChange={(event) => choose(event.currentTarget.value as NoticeKind | '')}
        error={fields.errors.noticeKind ?? fieldMessage(failure, 'noticeKind')}
        data={[
          { value: '', label: m.goods.noticeKindPick },
          ...templates.map((one) => ({ value: one.kind, label: one.name })),
        ]}
      />
      {template && <Items template={template} fields={fields} />}
      <Fieldset legend={m.goods.noticeExtras} variant="unstyled">
        <NoticeRows
          rows={extraNotices(notices, items)}
          onChange={(extras) => fields.set('notices', withExtras(notices, items, extras))}
        />
      </Fieldset>
      <KcFields
        kc={fields.values.kc}
        isRequired={template?.kcRequired ?? false}
        error={fields.errors.kc ?? fieldMessage(failure, 'kc')}
        onChange={(kc) => fields.set('kc', kc)}
      />
    </Panel>
  );
}

function Items({ template, fields }: { template: Template; fields: ProductFieldsProps['fields'] }) {
  const { m } = useI18n();
  const { notices } = fields.values;
  const fill = () => {
    const empty = template.items.filter((item) => noticeValue(notices, item).trim() === '');
    fields.set('notices', empty.reduce((rows, item) => withNotice(rows, item, m.goods.asDescribed), notices));
  };
  return (
    <Fieldset legend={m.goods.noticeItems} variant="unstyled">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {template.items.map((item) => (
          <TextInput
            key={item}
            label={item}
            maxLength={500}
            value={noticeValue(notices, item)}
            onChange={(event) => fields.set('notices', withNotice(notices, item, event.currentTarget.value))}
          />
        ))}
      </SimpleGrid>
      <Button mt="sm" size="xs" variant="default" onClick={fill}>
        {m.goods.noticeAsDescribed}
      </Button>
    </Fieldset>
  );
}

interface KcProps {
  kc: KcDraft;
  isRequired: boolean;
  error: string | undefined;
  onChange: (kc: KcDraft) => void;
}

function KcFields({ kc, isRequired, error, onChange }: KcProps) {
  const { m } = useI18n();
  return (
    <Stack gap="sm">
      <NativeSelect
        label={m.goods.kc}
        {...(isRequired ? { description: m.goods.kcHint } : {})}
        maw={360}
        value={kc.standing}
        onChange={(event) => onChange({ ...kc, standing: event.currentTarget.value as KcStanding })}
        data={standings.map((one) => ({ value: one, label: m.goods.kcStandings[one] }))}
      />
      {kc.standing === 'CERTIFIED' && <Certifications kc={kc} error={error} onChange={onChange} />}
      {kc.standing === 'EXEMPT' && (
        <TextInput
          label={m.goods.kcExemptReason}
          required
          maxLength={200}
          value={kc.exemptReason}
          error={error}
          onChange={(event) => onChange({ ...kc, exemptReason: event.currentTarget.value })}
        />
      )}
    </Stack>
  );
}

function Certifications({ kc, error, onChange }: Omit<KcProps, 'isRequired'>) {
  const { m } = useI18n();
  return (
    <RowList
      rows={kc.certifications}
      onChange={(certifications) => onChange({ ...kc, certifications })}
      blank={noCertification}
      addLabel={m.goods.kcAdd}
      removeLabel={m.goods.kcRemove}
    >
      {(row, position, set) => (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <NativeSelect
            label={m.goods.kcKind}
            value={row.kind}
            onChange={(event) => set({ kind: event.currentTarget.value as KcKind })}
            data={kcKinds.map((kind) => ({ value: kind, label: m.goods.kcKinds[kind] }))}
          />
          <TextInput
            label={m.goods.kcNumber}
            aria-label={m.goods.kcNumberOf(position)}
            {...(row.kind === 'SUPPLIER_CONFORMITY' ? { placeholder: m.goods.kcNumberHint } : { required: true })}
            maxLength={50}
            value={row.number}
            error={error !== undefined && isBadNumber(row) ? error : undefined}
            onChange={(event) => set({ number: event.currentTarget.value })}
          />
        </SimpleGrid>
      )}
    </RowList>
  );
}
