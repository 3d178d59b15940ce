import { Link } from 'react-router';
import { useI18n } from '../i18n';
import styles from './shop.module.css';

interface Props {
  path: readonly { id: string; slug: string; name: string }[];
  /** The page itself when it is the last step of the path. */
  current?: string;
}

export function Breadcrumbs({ path, current }: Props) {
  const { m } = useI18n();
  return (
    <nav aria-label={m.shop.breadcrumb}>
      <ol className={styles.crumbs}>
        <li>
          <Link to="/">{m.common.home}</Link>
        </li>
        {path.map((category) => (
          <li key={category.id}>
            {category.slug === current ? (
              <span aria-current="page">{category.name}</span>
            ) : (
              <Link to={`/c/${category.slug}`}>{category.name}</Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
