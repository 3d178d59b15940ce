import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { fieldMessage } from '../api/failure';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { Pager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { usePageVariables } from '../ui/paging';
import { RowsSkeleton } from '../ui/Skeletons';
import { useToast } from '../ui/toast';
import styles from './admin.module.css';
import { NameBrandDialog, RemoveBrandDialog } from './BrandDialogs';
import { BrandsDocument, CreateBrandDocument, type BrandRowFragment } from './operations';

const changes = ['Brand'];

/** All brands by name: staff add, rename, merge and remove them. */
export default function BrandsPage() {
  const { m } = useI18n();
  const [asking, setAsking] = useState<{ step: 'rename' | 'remove'; brand: BrandRowFragment } | null>(null);
  const { data, loading, failure, reload } = useApiQuery(BrandsDocument, usePageVariables(50), { dependsOn: changes });
  const page = data?.brands;
  const close = () => setAsking(null);
  return (
    <>
      <PageTitle title={m.catalogue.brandsTitle} />
      <NewBrand />
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && <EmptyState text={m.catalogue.brandsEmpty} />}
      <Stack component="ul" gap="xs" mt="md" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {page?.nodes.map((brand) => (
          <li key={brand.id} className={styles.panel}>
            <Group justify="space-between">
              <Text fw={600}>{brand.name}</Text>
              <Group gap={6}>
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={m.catalogue.renameOf(brand.name)}
                  onClick={() => setAsking({ step: 'rename', brand })}
                >
                  {m.catalogue.rename}
                </Button>
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={m.catalogue.removeOf(brand.name)}
                  onClick={() => setAsking({ step: 'remove', brand })}
                >
                  {m.catalogue.remove}
                </Button>
              </Group>
            </Group>
          </li>
        ))}
      </Stack>
      {page && <Pager info={page.pageInfo} />}
      {asking?.step === 'rename' && <NameBrandDialog brand={asking.brand} onClose={close} />}
      {asking?.step === 'remove' && <RemoveBrandDialog brand={asking.brand} onClose={close} />}
    </>
  );
}

function NewBrand() {
  const { m } = useI18n();
  const toast = useToast();
  const [name, setName] = useState('');
  const [missing, setMissing] = useState(false);
  const create = useAction(CreateBrandDocument, (data) => data.createBrand, changes);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setMissing(name.trim() === '');
    if (name.trim() === '' || !(await create.run({ input: { name: name.trim() } }))) return;
    setName('');
    toast(m.catalogue.added);
  };
  return (
    <form className={styles.panel} style={{ marginBottom: 16 }} onSubmit={(event) => void submit(event)} noValidate>
      <Group align="flex-end">
        <TextInput
          label={m.catalogue.brandName}
          required
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={missing ? m.forms.needed : fieldMessage(create.failure, 'name')}
        />
        <Button type="submit" loading={create.busy}>
          {m.catalogue.addBrand}
        </Button>
      </Group>
      <FailureAlert failure={create.failure} />
    </form>
  );
}
