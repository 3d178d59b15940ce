import { NativeSelect, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { EmptyState } from '../../ui/EmptyState';
import { FailureAlert } from '../../ui/FailureAlert';
import { Pager } from '../../ui/Pager';
import { PageTitle } from '../../ui/PageTitle';
import { usePageVariables } from '../../ui/paging';
import { CardsSkeleton } from '../../ui/Skeletons';
import { SearchDocument, type SearchQuery, type SearchSort } from '../operations';
import { ProductGrid } from '../ProductGrid';
import { readSearch, replaced } from '../search';
import { SearchFacets } from '../SearchFacets';
import styles from '../shop.module.css';

const pageSize = 24;

export function SearchPage() {
  const { m } = useI18n();
  const [params] = useSearchParams();
  const page = usePageVariables(pageSize);
  const variables = useMemo(() => ({ ...readSearch(params), ...page }), [params, page]);
  const { text } = variables;
  const { data, loading, failure, reload } = useApiQuery(SearchDocument, variables, {
    pause: text === '',
    dependsOn: ['Product'],
  });
  return (
    <>
      <PageTitle title={text === '' ? m.common.search : m.shop.searchResults(text)} />
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <CardsSkeleton />}
      {data && <Results search={data.search} sort={variables.sort} />}
    </>
  );
}

function Results({ search, sort }: { search: SearchQuery['search']; sort: SearchSort }) {
  const { m } = useI18n();
  const { nodes, totalCount, correctedText, facets, pageInfo } = search;
  return (
    <>
      {correctedText !== null && <Text mb="sm">{m.shop.searchedInstead(correctedText)}</Text>}
      {facets && <SearchFacets facets={facets} />}
      <div className={styles.resultBar}>
        <Text size="sm" c="dimmed" role="status">
          {m.shop.products} {m.common.count(totalCount)}
        </Text>
        <SortChoice sort={sort} />
      </div>
      {nodes.length === 0 ? (
        <EmptyState text={m.shop.noProducts} hint={m.shop.noProductsHint} />
      ) : (
        <ProductGrid
          products={nodes.map((node) => node.product)}
          titleOf={(_, index) => <Highlighted pieces={nodes[index]?.highlights ?? []} />}
        />
      )}
      <Pager info={pageInfo} />
    </>
  );
}

function SortChoice({ sort }: { sort: SearchSort }) {
  const { m } = useI18n();
  const [params, setParams] = useSearchParams();
  return (
    <NativeSelect
      label={m.shop.sort}
      value={sort}
      onChange={(event) => setParams(replaced(params, 'sort', event.currentTarget.value))}
      data={Object.entries(m.shop.searchSorts).map(([value, label]) => ({ value, label }))}
    />
  );
}

function Highlighted({ pieces }: { pieces: readonly { text: string; matched: boolean }[] }) {
  return pieces.map(({ text, matched }, index) =>
    matched ? (
      <mark key={index} className={styles.matched}>
        {text}
      </mark>
    ) : (
      <span key={index}>{text}</span>
    ),
  );
}
