import type { Errors } from '../ui/fields';
import type { Messages } from '../i18n/messages';
import type { CreateProductInput } from './operations';

export interface VariantDraft {
  value: string;
  sku: string;
  price: string;
  stock: string;
}

export interface ImageDraft {
  url: string;
  alt: string;
}

export interface NoticeDraft {
  name: string;
  value: string;
}

/** The form of a new product, as typed. */
export interface ProductDraft {
  title: string;
  summary: string;
  description: string;
  categoryId: string;
  origin: string;
  taxFree: boolean;
  adultOnly: boolean;
  optionName: string;
  variants: readonly VariantDraft[];
  images: readonly ImageDraft[];
  notices: readonly NoticeDraft[];
}

export interface MeasuredImage {
  url: string;
  alt: string;
  width: number;
  height: number;
}

export const noVariant: VariantDraft = { value: '', sku: '', price: '', stock: '0' };

const isAmount = (text: string) => /^\d{1,12}$/.test(text.trim());

export function draftErrors(m: Messages, draft: ProductDraft): Errors<ProductDraft> {
  const errors: Errors<ProductDraft> = {};
  for (const name of ['title', 'description', 'categoryId', 'origin'] as const) {
    if (draft[name].trim() === '') errors[name] = m.forms.needed;
  }
  const hasOptions = draft.optionName.trim() !== '';
  if (draft.variants.length > 1 && !hasOptions) errors.optionName = m.forms.needed;
  const complete = draft.variants.every(
    (variant) =>
      variant.sku.trim() !== '' &&
      isAmount(variant.price) &&
      isAmount(variant.stock) &&
      (!hasOptions || variant.value.trim() !== ''),
  );
  if (!complete) errors.variants = m.forms.badNumber;
  return errors;
}

/** What the API takes, once the draft has no errors and the pictures are measured. */
export function productInput(sellerId: string, draft: ProductDraft, images: readonly MeasuredImage[]): CreateProductInput {
  const optionName = draft.optionName.trim();
  const hasOptions = optionName !== '';
  return {
    sellerId,
    title: draft.title.trim(),
    summary: draft.summary.trim() === '' ? null : draft.summary.trim(),
    description: draft.description.trim(),
    categoryId: draft.categoryId,
    optionKind: 'SINGLE',
    options: hasOptions ? [{ name: optionName, values: draft.variants.map((variant) => variant.value.trim()) }] : [],
    variants: draft.variants.map((variant) => ({
      sku: variant.sku.trim(),
      optionValues: hasOptions ? [variant.value.trim()] : [],
      price: Number(variant.price),
      listPrice: null,
      initialStock: Number(variant.stock),
    })),
    images: [...images],
    notices: draft.notices
      .filter((notice) => notice.name.trim() !== '' && notice.value.trim() !== '')
      .map((notice) => ({ name: notice.name.trim(), value: notice.value.trim() })),
    origin: draft.origin.trim(),
    taxFree: draft.taxFree,
    adultOnly: draft.adultOnly,
  };
}

/** Loads a picture to learn its size, which the API keeps so that pages never jump; null when it does not load. */
export function measureImage(image: ImageDraft): Promise<MeasuredImage | null> {
  return new Promise((resolve) => {
    const probe = new Image();
    probe.onload = () =>
      resolve({ url: image.url.trim(), alt: image.alt.trim(), width: probe.naturalWidth, height: probe.naturalHeight });
    probe.onerror = () => resolve(null);
    probe.src = image.url.trim();
  });
}
