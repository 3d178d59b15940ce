import { ActionIcon, Alert, Anchor, Checkbox, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useI18n } from '../i18n';
import { CloseIcon } from '../ui/icons';
import { Picture } from '../ui/Picture';
import { QuantityStepper } from '../ui/QuantityStepper';
import { adultPage } from './my/identity';
import type { CartLineViewFragment } from './operations';
import styles from './shop.module.css';

interface Props {
  line: CartLineViewFragment;
  busy: boolean;
  onSelect: (selected: boolean) => void;
  onQuantity: (quantity: number) => void;
  onRemove: () => void;
}

export function CartLineRow({ line, busy, onSelect, onQuantity, onRemove }: Props) {
  const { m, format } = useI18n();
  const { variant } = line;
  const title = variant.product.title;
  const gone = !variant.sellable;
  return (
    <li className={styles.line}>
      <Checkbox
        mt={2}
        aria-label={m.cart.selectLine(title)}
        checked={line.selected}
        disabled={busy || gone}
        onChange={(event) => onSelect(event.currentTarget.checked)}
      />
      <Picture image={variant.product.thumbnail && { ...variant.product.thumbnail, alt: '' }} size={76} />
      <div className={styles.lineBody}>
        <Link to={`/p/${variant.product.id}`} className={styles.lineTitle}>
          {title}
        </Link>
        {variant.name !== '' && (
          <Text size="sm" c="dimmed">
            {variant.name}
          </Text>
        )}
        <LineNotice line={line} />
        <div className={styles.lineFoot}>
          <QuantityStepper
            label={m.cart.quantityOf(title)}
            value={line.quantity}
            max={Math.max(1, Math.min(99, variant.availability.remaining ?? 99))}
            disabled={busy || gone}
            onChange={onQuantity}
          />
          <Text fw={700}>{format.won(line.lineTotal.amount)}</Text>
        </div>
      </div>
      <ActionIcon variant="subtle" color="gray.8" aria-label={m.cart.removeLine(title)} disabled={busy} onClick={onRemove}>
        <CloseIcon />
      </ActionIcon>
    </li>
  );
}

function LineNotice({ line }: { line: CartLineViewFragment }) {
  const { m, format } = useI18n();
  const notice = () => {
    if (line.change) {
      const before = format.won(line.change.before.amount);
      const now = line.change.now === null ? '' : format.won(line.change.now.amount);
      if (line.change.kind === 'PRICE_UP') return m.cart.priceUp(before, now);
      if (line.change.kind === 'PRICE_DOWN') return m.cart.priceDown(before, now);
      if (line.change.kind === 'SOLD_OUT') return m.shop.soldOut;
      if (line.change.kind === 'LESS_AVAILABLE') return m.cart.lessAvailable(line.change.available ?? 0);
      if (line.change.kind === 'NO_LONGER_SOLD') return m.cart.gone;
      return m.cart.adultsOnly;
    }
    if (!line.variant.sellable) return m.cart.gone;
    return line.variant.availability.inStock ? null : m.shop.soldOut;
  };
  const text = notice();
  if (text === null) return null;
  return (
    <Alert color={line.change?.kind === 'PRICE_DOWN' ? 'pine' : 'orange'} py={6} px="sm">
      <Text size="sm">{text}</Text>
      {line.change?.kind === 'ADULT_VERIFICATION_REQUIRED' && (
        <Anchor component={Link} to={adultPage('/cart')} size="sm" underline="always">
          {m.adult.verify}
        </Anchor>
      )}
    </Alert>
  );
}
