import { expect, test } from '@playwright/test';
import { chooseOptions, expectAccessible, newBuyer, openProduct, payFromCheckout, shownOrderNumber, signUp } from './market';

test('a visitor fills a cart, signs up, pays, sees the order and cancels it', async ({ page }) => {
  const title = await openProduct(page);
  await chooseOptions(page);
  await page.getByRole('button', { name: '장바구니 담기' }).click();
  await expect(page.getByText('장바구니에 담았습니다.')).toBeVisible();

  await page.getByRole('navigation', { name: '주 메뉴' }).getByRole('link', { name: /장바구니/ }).click();
  await expect(page.getByRole('link', { name: title })).toBeVisible();
  await expectAccessible(page, 'cart');

  // Signing up keeps the visitor's cart.
  await signUp(page, newBuyer());
  await page.goto('/cart');
  await expect(page.getByRole('link', { name: title })).toBeVisible();
  await page.getByRole('button', { name: /상품 주문하기$/ }).click();

  await expect(page.getByRole('heading', { level: 1, name: '주문·결제' })).toBeVisible();
  await expect(page.getByRole('button', { name: /결제하기$/ })).toBeVisible();
  await expectAccessible(page, 'checkout');
  await page.getByLabel('우편번호').fill('123');
  await page.getByRole('button', { name: /결제하기$/ }).click();
  await expect(page.getByText('우편번호는 숫자 5자리입니다.')).toBeVisible();
  await payFromCheckout(page);
  await expectAccessible(page, 'payment success');
  const number = await shownOrderNumber(page);

  await page.getByRole('link', { name: '주문 보기' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '주문 상세' })).toBeVisible();
  await expect(page.getByText('결제 완료').first()).toBeVisible();
  await expectAccessible(page, 'order');

  await page.goto('/orders');
  await expect(page.getByRole('link', { name: new RegExp(number) })).toBeVisible();
  await expectAccessible(page, 'orders');
  await page.getByRole('link', { name: new RegExp(number) }).click();

  await page.getByRole('button', { name: `${title} 주문 취소` }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await expectAccessible(page, 'cancel dialog');
  await dialog.getByRole('button', { name: '주문 실수' }).click();
  await dialog.getByRole('button', { name: '취소하기' }).click();
  await expect(page.getByText('취소 완료').first()).toBeVisible();

  await page.goto('/my');
  await expect(page.getByText('101동 1203호')).toBeVisible();
  await expectAccessible(page, 'my page');
});

test('a member buys at once and wishes for the product', async ({ page }) => {
  await signUp(page, newBuyer());
  const title = await openProduct(page);
  await page.getByRole('button', { name: '찜하기' }).click();
  await expect(page.getByRole('button', { name: '찜 해제' })).toBeVisible();
  await chooseOptions(page);
  await page.getByRole('button', { name: '수량 늘리기' }).click();
  await page.getByRole('button', { name: '바로 구매' }).click();
  await payFromCheckout(page);
  await page.goto('/wishlist');
  await expect(page.getByRole('link', { name: new RegExp(title.slice(0, 6).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) })).toBeVisible();
  await expectAccessible(page, 'wishlist');
});
