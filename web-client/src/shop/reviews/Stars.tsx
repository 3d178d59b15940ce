import { VisuallyHidden } from '@mantine/core';
import { useI18n } from '../../i18n';
import styles from './reviews.module.css';

/** A rating of one to five stars, read as a number. */
export function Stars({ value }: { value: number }) {
  const { m } = useI18n();
  return (
    <span className={styles.stars}>
      <span aria-hidden="true">{'★'.repeat(value) + '☆'.repeat(5 - value)}</span>
      <VisuallyHidden>{m.reviews.starsOf(value)}</VisuallyHidden>
    </span>
  );
}

/** Asks for one to five stars. */
export function StarChoice({ value, error, onChange }: { value: number; error?: string | undefined; onChange: (stars: number) => void }) {
  const { m } = useI18n();
  return (
    <fieldset className={styles.choice} aria-invalid={error !== undefined}>
      <legend>{m.reviews.stars}</legend>
      {[1, 2, 3, 4, 5].map((stars) => (
        <label key={stars}>
          <input
            type="radio"
            name="stars"
            value={stars}
            checked={stars === value}
            aria-label={m.reviews.starsOf(stars)}
            onChange={() => onChange(stars)}
          />
          <span aria-hidden="true" data-lit={stars <= value || undefined}>
            {stars <= value ? '★' : '☆'}
          </span>
        </label>
      ))}
      {error !== undefined && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
