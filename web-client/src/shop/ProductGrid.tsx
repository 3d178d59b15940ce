import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Picture } from '../ui/Picture';
import { Price } from '../ui/Price';
import styles from '../ui/ui.module.css';
import type { ProductCardFragment } from './operations';

interface Props {
  products: readonly ProductCardFragment[];
  /** The title of a product with what was looked for marked; its plain title unless given. */
  titleOf?: (product: ProductCardFragment, index: number) => ReactNode;
}

/** Products as a grid of cards; the first row's pictures load at once. */
export function ProductGrid({ products, titleOf = ({ title }) => title }: Props) {
  return (
    <ul className={styles.grid}>
      {products.map((product, index) => (
        <li key={product.id}>
          <Link to={`/p/${product.id}`} className={styles.card}>
            <Picture image={product.thumbnail && { ...product.thumbnail, alt: '' }} eager={index < 4} />
            <Text size="xs" c="dimmed" mt={10} truncate>
              {product.seller.name}
            </Text>
            <span className={styles.cardTitle}>{titleOf(product, index)}</span>
            <Price price={product.price} listPrice={product.listPrice} discountPercent={product.discountPercent} />
          </Link>
        </li>
      ))}
    </ul>
  );
}
