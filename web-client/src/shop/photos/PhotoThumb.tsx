import { useState } from 'react';
import { smallUrl, type Photo } from './photo';

/** A small picture of a photo. An image narrower than the small picture has none: it is shown itself. */
export function PhotoThumb({ photo, alt }: { photo: Photo; alt: string }) {
  const [whole, setWhole] = useState(false);
  return (
    <img
      src={whole ? photo.url : smallUrl(photo)}
      alt={alt}
      width="84"
      height="84"
      loading="lazy"
      onError={() => setWhole(true)}
    />
  );
}
