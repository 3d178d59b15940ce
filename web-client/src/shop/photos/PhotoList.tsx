import { useI18n } from '../../i18n';
import type { Photo } from './photo';
import styles from './photos.module.css';
import { PhotoThumb } from './PhotoThumb';

/** Small pictures that open the photos themselves. */
export function PhotoList({ photos }: { photos: readonly Photo[] }) {
  const { m } = useI18n();
  if (photos.length === 0) return null;
  return (
    <ul className={styles.photos}>
      {photos.map((photo, index) => (
        <li key={photo.key}>
          <a href={photo.url} target="_blank" rel="noreferrer">
            <PhotoThumb photo={photo} alt={m.photos.photo(index + 1)} />
          </a>
        </li>
      ))}
    </ul>
  );
}
