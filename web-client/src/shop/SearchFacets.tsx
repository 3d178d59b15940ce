import { Button, Checkbox, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { useI18n } from '../i18n';
import { readPrice, writeListing } from './listing';
import type { SearchChoicesFragment } from './operations';
import { readSearch, replaced, toggled } from './search';
import styles from './shop.module.css';

/** What results can be narrowed down by, with how many each choice would find. */
export function SearchFacets({ facets }: { facets: SearchChoicesFragment }) {
  const { m } = useI18n();
  const [params, setParams] = useSearchParams();
  const { where } = readSearch(params);
  const category = where.categoryId ?? null;
  return (
    <section className={styles.facets} aria-label={m.shop.narrowDown}>
      <Facet title={m.common.categories}>
        {category !== null && (
          <Button size="compact-sm" variant="light" onClick={() => setParams(replaced(params, 'category', null))}>
            {m.shop.allCategories}
          </Button>
        )}
        {facets.categories.slice(0, 8).map(({ category: { id }, name, count }) => (
          <Button key={id} size="compact-sm" variant="default" onClick={() => setParams(replaced(params, 'category', id))}>
            {m.shop.choice(name, count)}
          </Button>
        ))}
      </Facet>
      {facets.brands.length > 0 && (
        <Facet title={m.shop.brandName}>
          {facets.brands.slice(0, 8).map(({ brand: { id }, name, count }) => (
            <Choice key={id} name={name} count={count} chosen={where.brandIds?.includes(id) ?? false} toggle={() => setParams(toggled(params, 'brand', id))} />
          ))}
        </Facet>
      )}
      <Facet title={m.shop.sellerInfo}>
        {facets.sellers.slice(0, 6).map(({ seller: { id }, name, count }) => (
          <Choice key={id} name={name} count={count} chosen={where.sellerIds?.includes(id) ?? false} toggle={() => setParams(toggled(params, 'seller', id))} />
        ))}
      </Facet>
      <Facet title={m.shop.ratingAndShipping}>
        {facets.ratings.filter(({ stars, count }) => (stars === 4 || stars === 3) && count > 0).map(({ stars, count }) => (
          <Choice
            key={stars}
            name={m.shop.starsOrMore(stars)}
            count={count}
            chosen={where.minStars === stars}
            toggle={() => setParams(replaced(params, 'stars', where.minStars === stars ? null : String(stars)))}
          />
        ))}
        <Choice
          name={m.shop.freeShipping}
          count={facets.freeShipping}
          chosen={where.freeShipping ?? false}
          toggle={() => setParams(replaced(params, 'free', where.freeShipping ? null : '1'))}
        />
      </Facet>
      <Prices key={`${params.get('min')}-${params.get('max')}`} />
    </section>
  );
}

function Facet({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset>
      <legend>{title}</legend>
      <div>{children}</div>
    </fieldset>
  );
}

function Choice({ name, count, chosen, toggle }: { name: string; count: number; chosen: boolean; toggle: () => void }) {
  const { m } = useI18n();
  return <Checkbox size="sm" label={m.shop.choice(name, count)} checked={chosen} onChange={toggle} />;
}

function Prices() {
  const { m } = useI18n();
  const [params, setParams] = useSearchParams();
  const [min, setMin] = useState(params.get('min') ?? '');
  const [max, setMax] = useState(params.get('max') ?? '');
  const apply = (event: FormEvent) => {
    event.preventDefault();
    setParams(writeListing(params, { minPrice: readPrice(min), maxPrice: readPrice(max) }));
  };
  return (
    <form onSubmit={apply} aria-label={m.shop.filters}>
      <TextInput label={m.shop.minPrice} inputMode="numeric" value={min} onChange={(e) => setMin(e.currentTarget.value)} />
      <TextInput label={m.shop.maxPrice} inputMode="numeric" value={max} onChange={(e) => setMax(e.currentTarget.value)} />
      <Button type="submit" variant="light">
        {m.shop.applyFilter}
      </Button>
    </form>
  );
}
