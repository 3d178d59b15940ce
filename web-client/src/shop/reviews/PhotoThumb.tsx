import { useState } from 'react';
import type { Photo } from './photos';

/** A small picture of a photo. An image narrower than the small picture has none: it is shown itself. */
export function PhotoThumb({ photo, alt }: { photo: Photo; alt: string }) {
  const [whole, setWhole] = useState(photo.key === photo.url);
  const src = whole ? photo.url : `${photo.url}?width=160`;
  return <img src={src} alt={alt} width="84" height="84" loading="lazy" onError={() => setWhole(true)} />;
}
