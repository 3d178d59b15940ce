import { Button, FileButton, Group, Text } from '@mantine/core';
import { useState } from 'react';
import type { Failure } from '../../api/failure';
import { isFailure, uploadFile, type UploadOf } from '../../api/upload';
import { useI18n } from '../../i18n';
import { FailureAlert } from '../../ui/FailureAlert';
import { here, type Photo } from './photo';
import styles from './photos.module.css';
import { PhotoThumb } from './PhotoThumb';

interface Props {
  /** What the photos are for, as the file service calls it, and for which seller. */
  of: UploadOf;
  most: number;
  photos: readonly Photo[];
  onChange: (photos: Photo[]) => void;
}

/** Photos that go with a form: each is sent as it is chosen, so that the form itself stays small. */
export function PhotoField({ of, most, photos, onChange }: Props) {
  const { m, language } = useI18n();
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const add = async (files: File[]) => {
    setSending(true);
    setFailure(null);
    const added: Photo[] = [];
    for (const file of files.slice(0, most - photos.length)) {
      const answer = await uploadFile(of, file, language);
      if (isFailure(answer)) {
        setFailure(answer);
        break;
      }
      added.push({ key: answer.id, url: here(answer.url) });
    }
    setSending(false);
    if (added.length > 0) onChange([...photos, ...added]);
  };
  return (
    <div>
      <Text fw={500} size="sm">
        {m.photos.title}
      </Text>
      <Text size="xs" c="dimmed" mb={6}>
        {m.photos.hint(most)}
      </Text>
      {photos.length > 0 && (
        <ul className={styles.photos} aria-label={m.photos.title}>
          {photos.map((photo, index) => (
            <li key={photo.key}>
              <PhotoThumb photo={photo} alt={m.photos.photo(index + 1)} />
              <Button
                size="compact-xs"
                variant="default"
                fullWidth
                mt={4}
                aria-label={m.photos.remove(index + 1)}
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
          inputProps={{ 'aria-label': m.photos.add }}
          onChange={(files) => void add(files)}
        >
          {(props) => (
            <Button {...props} variant="default" loading={sending} disabled={photos.length >= most}>
              {m.photos.add}
            </Button>
          )}
        </FileButton>
      </Group>
      <FailureAlert failure={failure} />
    </div>
  );
}
