import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useSearchParams } from 'react-router';
import { useI18n } from '../i18n';
import { readListing, readPrice, writeListing } from './listing';
import type { ProductSort } from './operations';
import styles from './shop.module.css';

export function ListingTools() {
  const { m } = useI18n();
  const [params, setParams] = useSearchParams();
  const listing = readListing(params);
  const [min, setMin] = useState(params.get('min') ?? '');
  const [max, setMax] = useState(params.get('max') ?? '');
  const apply = (event: FormEvent) => {
    event.preventDefault();
    setParams(writeListing(params, { minPrice: readPrice(min), maxPrice: readPrice(max) }));
  };
  const clear = () => {
    setMin('');
    setMax('');
    setParams(writeListing(params, { minPrice: null, maxPrice: null }));
  };
  const filtered = listing.minPrice !== null || listing.maxPrice !== null;
  return (
    <div className={styles.tools}>
      <form onSubmit={apply} aria-label={m.shop.filters}>
        <TextInput label={m.shop.minPrice} inputMode="numeric" value={min} onChange={(e) => setMin(e.currentTarget.value)} />
        <TextInput label={m.shop.maxPrice} inputMode="numeric" value={max} onChange={(e) => setMax(e.currentTarget.value)} />
        <Button type="submit" variant="light">
          {m.shop.applyFilter}
        </Button>
        {filtered && (
          <Button variant="default" onClick={clear}>
            {m.shop.clearFilter}
          </Button>
        )}
      </form>
      <NativeSelect
        label={m.shop.sort}
        value={listing.sort}
        onChange={(event) => setParams(writeListing(params, { sort: event.currentTarget.value as ProductSort }))}
        data={Object.entries(m.shop.sorts).map(([value, label]) => ({ value, label }))}
      />
    </div>
  );
}
