import { Stack, Text } from '@mantine/core';
import { useI18n } from '../../i18n';
import type { ClaimKind, ClaimRemedy } from '../operations';
import styles from '../shop.module.css';

interface Props {
  kinds: readonly ClaimKind[];
  kind: ClaimKind;
  wish: ClaimRemedy;
  onKind: (kind: ClaimKind) => void;
  onWish: (wish: ClaimRemedy) => void;
}

const remedies: readonly ClaimRemedy[] = ['REFUND', 'RESHIP'];

/** What is claimed and, of a defect, what the buyer wants for it. */
export function KindChoice({ kinds, kind, wish, onKind, onWish }: Props) {
  const { m } = useI18n();
  return (
    <>
      <fieldset className={styles.bare}>
        <legend className={styles.legend}>{m.claims.kindLegend}</legend>
        <Stack gap="xs">
          {kinds.map((one) => (
            <label key={one} className={styles.choice}>
              <input type="radio" name="kind" value={one} checked={one === kind} onChange={() => onKind(one)} />
              <span>
                <Text span fw={600}>
                  {m.claims.kinds[one]}
                </Text>
                <Text size="sm" c="dimmed">
                  {m.claims.kindHints[one]}
                </Text>
              </span>
            </label>
          ))}
        </Stack>
      </fieldset>
      {kind === 'DEFECT' && (
        <fieldset className={styles.bare}>
          <legend className={styles.legend}>{m.claims.wish}</legend>
          <Stack gap="xs">
            {remedies.map((one) => (
              <label key={one} className={styles.choice}>
                <input type="radio" name="wish" value={one} checked={one === wish} onChange={() => onWish(one)} />
                <Text span>{m.claims.remedies[one]}</Text>
              </label>
            ))}
          </Stack>
        </fieldset>
      )}
    </>
  );
}
