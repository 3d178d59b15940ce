import { Checkbox, Divider, Stack, Text } from '@mantine/core';
import { useI18n } from '../../i18n';
import type { ConsentPurpose } from '../../session/operations';
import styles from '../shop.module.css';
import { allConsents, neededConsents } from './consent';

interface ConsentsProps {
  granted: readonly ConsentPurpose[];
  onChange: (granted: readonly ConsentPurpose[]) => void;
  missing: boolean;
}

/** What a newcomer agrees to. */
export function Consents({ granted, onChange, missing }: ConsentsProps) {
  const { m } = useI18n();
  const toggle = (purpose: ConsentPurpose, on: boolean) =>
    onChange(on ? [...granted, purpose] : granted.filter((one) => one !== purpose));
  return (
    <fieldset>
      <legend className={styles.legend}>{m.account.consents}</legend>
      <Stack gap="xs">
        <Checkbox
          label={m.account.consentAll}
          checked={granted.length === allConsents.length}
          indeterminate={granted.length > 0 && granted.length < allConsents.length}
          onChange={(event) => onChange(event.currentTarget.checked ? allConsents : [])}
        />
        <Divider />
        {allConsents.map((purpose) => {
          const kind = neededConsents.includes(purpose) ? m.common.required : m.common.optional;
          return (
            <Checkbox
              key={purpose}
              label={`[${kind}] ${m.account.consent[purpose]}`}
              checked={granted.includes(purpose)}
              onChange={(event) => toggle(purpose, event.currentTarget.checked)}
            />
          );
        })}
        {missing && (
          <Text role="alert" size="sm" c="var(--mantine-color-error)">
            {m.account.consentNeeded}
          </Text>
        )}
      </Stack>
    </fieldset>
  );
}
