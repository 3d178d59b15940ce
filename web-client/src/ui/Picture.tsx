import { useState } from 'react';
import { useI18n } from '../i18n';
import { BoxIcon } from './icons';
import styles from './ui.module.css';

interface Props {
  image: { url: string; alt: string; width: number; height: number } | null | undefined;
  /** Rendered width in CSS pixels; without it the picture fills its column as a square. */
  size?: number;
  eager?: boolean;
}

/** A square picture that keeps its place while it loads, and says so when there is none. */
export function Picture({ image, size, eager = false }: Props) {
  const { m } = useI18n();
  const [broken, setBroken] = useState<string | null>(null);
  const box = size === undefined ? { aspectRatio: '1' } : { width: size, height: size, flex: 'none' };
  const shown = image && image.url !== broken;
  const label = image?.alt ?? m.common.noImage;
  return (
    <span className={styles.picture} style={box}>
      {shown ? (
        <img
          src={image.url}
          alt={image.alt}
          width={image.width}
          height={image.height}
          loading={eager ? 'eager' : 'lazy'}
          decoding="async"
          onError={() => setBroken(image.url)}
        />
      ) : (
        <span className={styles.noPicture} {...(label === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}>
          <BoxIcon size={size !== undefined && size < 80 ? 22 : 36} />
        </span>
      )}
    </span>
  );
}
