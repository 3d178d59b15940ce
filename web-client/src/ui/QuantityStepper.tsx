import { useEffect, useState } from 'react';
import { useI18n } from '../i18n';
import { MinusIcon, PlusIcon } from './icons';
import styles from './ui.module.css';

interface Props {
  label: string;
  value: number;
  max?: number;
  disabled?: boolean;
  onChange: (value: number) => void;
}

export function QuantityStepper({ label, value, max = 99, disabled = false, onChange }: Props) {
  const { m } = useI18n();
  const [text, setText] = useState(String(value));
  useEffect(() => setText(String(value)), [value]);

  const commit = (wanted: number) => {
    const kept = Number.isInteger(wanted) ? Math.min(Math.max(wanted, 1), Math.max(max, 1)) : value;
    setText(String(kept));
    if (kept !== value) onChange(kept);
  };

  return (
    <span className={styles.stepper} role="group" aria-label={label}>
      <button type="button" aria-label={m.shop.decrease} disabled={disabled || value <= 1} onClick={() => commit(value - 1)}>
        <MinusIcon />
      </button>
      <input
        type="number"
        inputMode="numeric"
        aria-label={label}
        min={1}
        max={max}
        value={text}
        disabled={disabled}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={() => commit(Number(text))}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            event.preventDefault();
            commit(Number(text));
          }
        }}
      />
      <button type="button" aria-label={m.shop.increase} disabled={disabled || value >= max} onClick={() => commit(value + 1)}>
        <PlusIcon />
      </button>
    </span>
  );
}
