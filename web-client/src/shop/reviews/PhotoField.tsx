import { Button, FileButton, Group, Text } from '@mantine/core';
import { useState } from 'react';
import type { Failure } from '../../api/failure';
import { isFailure, uploadFile } from '../../api/upload';
import { useI18n } from '../../i18n';
import { FailureAlert } from '../../ui/FailureAlert';
import { fileUrl, type Photo } from './photos';
import { PhotoThumb } from './PhotoThumb';
import styles from './reviews.module.css';

const mostPhotos = 10;

interface Props {
  photos: readonly Photo[];
  onChange: (photos: Photo[]) => void;
}

/** Photos that go with a review: each is sent as it is chosen, so that the form itself stays small. */
export function PhotoField({ photos, onChange }: Props) {
  const { m, language } = useI18n();
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const add = async (files: File[]) => {
    setSending(true);
    setFailure(null);
    const added: Photo[] = [];
    for (const file of files.slice(0, mostPhotos - photos.length)) {
      const answer = await uploadFile('REVIEW_PHOTO', file, language);
      if (isFailure(answer)) {
        setFailure(answer);
        break;
      }
      added.push({ key: answer.id, url: fileUrl(answer.id) });
    }
    setSending(false);
    if (added.length > 0) onChange([...photos, ...added]);
  };
  return (
    <div>
      <Text fw={500} size="sm">
        {m.reviews.photos}
      </Text>
      <Text size="xs" c="dimmed" mb={6}>
        {m.reviews.photosHint(mostPhotos)}
      </Text>
      {photos.length > 0 && (
        <ul className={styles.photos} aria-label={m.reviews.photos}>
          {photos.map((photo, index) => (
            <li key={photo.key}>
              <PhotoThumb photo={photo} alt={m.reviews.photo(index + 1)} />
              <Button
                size="compact-xs"
                variant="default"
                fullWidth
                mt={4}
                aria-label={m.reviews.removePhoto(index + 1)}
                onClick={() => onChange(photos.filter((one) => one.key !== photo.key))}
              >
                {m.common.remove}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Group mt="xs">
        <FileButton
          multiple
          accept="image/jpeg,image/png,image/webp"
          inputProps={{ 'aria-label': m.reviews.addPhoto }}
          onChange={(files) => void add(files)}
        >
          {(props) => (
            <Button {...props} variant="default" loading={sending} disabled={photos.length >= mostPhotos}>
              {m.reviews.addPhoto}
            </Button>
          )}
        </FileButton>
      </Group>
      <FailureAlert failure={failure} />
    </div>
  );
}
