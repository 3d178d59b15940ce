import type { Errors } from '../ui/fields';
import type { Messages } from '../i18n/messages';
import { isBadKc, kcDraft, kcInput, noKc, noticeInput, type KcDraft, type NoticeDraft } from './notice';
import type { CreateProductInput, NoticeKind, OwnProductQuery, UpdateProductInput } from './operations';

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

/** What a product says, as typed. */
export interface ProductTexts {
  title: string;
  summary: string;
  description: string;
  categoryId: string;
  origin: string;
  taxFree: boolean;
  adultOnly: boolean;
  images: readonly ImageDraft[];
  noticeKind: NoticeKind | '';
  notices: readonly NoticeDraft[];
  kc: KcDraft;
}

/** The options of a new product, as typed. */
export interface OptionsDraft {
  optionName: string;
  variants: readonly VariantDraft[];
}

export interface MeasuredImage {
  url: string;
  alt: string;
  width: number;
  height: number;
}

export const noVariant: VariantDraft = { value: '', sku: '', price: '', stock: '0' };

export const noTexts: ProductTexts = {
  title: '',
  summary: '',
  description: '',
  categoryId: '',
  origin: '',
  taxFree: false,
  adultOnly: false,
  images: [{ url: '', alt: '' }],
  noticeKind: '',
  notices: [],
  kc: noKc,
};

export const isAmount = (text: string) => /^\d{1,12}$/.test(text.trim());

export function textErrors(m: Messages, texts: ProductTexts): Errors<ProductTexts> {
  const errors: Errors<ProductTexts> = {};
  for (const name of ['title', 'description', 'categoryId', 'origin', 'noticeKind'] as const) {
    if (texts[name].trim() === '') errors[name] = m.forms.needed;
  }
  if (isBadKc(texts.kc)) errors.kc = texts.kc.standing === 'EXEMPT' ? m.forms.needed : m.goods.kcBad;
  return errors;
}

export function optionErrors(m: Messages, { optionName, variants }: OptionsDraft): Errors<OptionsDraft> {
  const errors: Errors<OptionsDraft> = {};
  const hasOptions = optionName.trim() !== '';
  if (variants.length > 1 && !hasOptions) errors.optionName = m.forms.needed;
  const complete = variants.every(
    (variant) =>
      variant.sku.trim() !== '' &&
      isAmount(variant.price) &&
      isAmount(variant.stock) &&
      (!hasOptions || variant.value.trim() !== ''),
  );
  if (!complete) errors.variants = m.forms.badNumber;
  return errors;
}

function textInput(texts: ProductTexts, images: readonly MeasuredImage[]) {
  return {
    title: texts.title.trim(),
    summary: texts.summary.trim() === '' ? null : texts.summary.trim(),
    description: texts.description.trim(),
    categoryId: texts.categoryId,
    images: [...images],
    noticeKind: texts.noticeKind === '' ? null : texts.noticeKind,
    notices: noticeInput(texts.notices),
    kc: kcInput(texts.kc),
    origin: texts.origin.trim(),
    taxFree: texts.taxFree,
    adultOnly: texts.adultOnly,
  };
}

/** What the API takes, once the draft has no errors and the pictures are measured. */
export function productInput(
  sellerId: string,
  texts: ProductTexts,
  options: OptionsDraft,
  images: readonly MeasuredImage[],
): CreateProductInput {
  const optionName = options.optionName.trim();
  const hasOptions = optionName !== '';
  return {
    ...textInput(texts, images),
    sellerId,
    optionKind: 'SINGLE',
    options: hasOptions ? [{ name: optionName, values: options.variants.map((variant) => variant.value.trim()) }] : [],
    variants: options.variants.map((variant) => ({
      sku: variant.sku.trim(),
      optionValues: hasOptions ? [variant.value.trim()] : [],
      price: Number(variant.price),
      listPrice: null,
      initialStock: Number(variant.stock),
    })),
  };
}

export function productUpdate(productId: string, texts: ProductTexts, images: readonly MeasuredImage[]): UpdateProductInput {
  return { ...textInput(texts, images), productId };
}

/** What a product says, to be changed. */
export function textsOf(product: NonNullable<OwnProductQuery['product']>): ProductTexts {
  const { title, description, origin, taxFree, adultOnly, notices } = product;
  return {
    ...{ title, description, origin, taxFree, adultOnly, notices },
    summary: product.summary ?? '',
    categoryId: product.category.id,
    images: product.images.map(({ url, alt }) => ({ url, alt })),
    noticeKind: product.noticeKind ?? '',
    kc: kcDraft(product.kc),
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

/** The pictures that have an address, measured; null when one of them does not load. Those that are known are not loaded. */
export async function measureAll(
  images: readonly ImageDraft[],
  known: readonly MeasuredImage[] = [],
): Promise<readonly MeasuredImage[] | null> {
  const measure = (image: ImageDraft): Promise<MeasuredImage | null> => {
    const before = known.find((one) => one.url === image.url.trim());
    if (!before) return measureImage(image);
    const { url, width, height } = before;
    return Promise.resolve({ url, alt: image.alt.trim(), width, height });
  };
  const measured = await Promise.all(images.filter((image) => image.url.trim() !== '').map(measure));
  const good = measured.filter((image): image is MeasuredImage => image !== null);
  return good.length === measured.length ? good : null;
}
