import styles from './shop.module.css';

/** Names and values, as the law wants them shown; rows without a value are left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, string | null])[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(
        ([name, value], index) =>
          value !== null &&
          value !== '' && (
            <div key={index}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
