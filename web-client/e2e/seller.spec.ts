import { expect, test, type Page } from '@playwright/test';
import { demo, expectAccessible, orderPaid, signIn } from './market';

test('a seller starts preparing a paid order, and approves its cancellation', async ({ browser }) => {
  const sellerContext = await browser.newContext();
  const seller = await sellerContext.newPage();
  const buyerContext = await browser.newContext();
  const buyer = await buyerContext.newPage();
  const { title, number } = await orderPaid(seller, buyer);

  await seller.goto('/seller');
  const order = seller.locator('main section').filter({ hasText: number });
  await expect(order.first()).toBeVisible();
  await expectAccessible(seller, 'seller orders');
  await order.first().getByRole('button', { name: `${title} 준비 시작` }).click();
  await expect(seller.getByText('상품 준비를 시작했습니다.')).toBeVisible();
  await seller.getByLabel('주문 상태').selectOption('PREPARING');
  await expect(seller.locator('main section').filter({ hasText: number }).first()).toBeVisible();

  await buyer.getByRole('link', { name: '주문 보기' }).click();
  await expect(buyer.getByText('상품 준비 중').first()).toBeVisible();

  // Now a cancellation has to be asked for, and the seller answers.
  await buyer.getByRole('button', { name: `${title} 주문 취소` }).click();
  await buyer.getByRole('dialog').getByRole('button', { name: '판매자에게 취소 요청하기' }).click();
  await expect(buyer.getByText('취소 요청').first()).toBeVisible();
  await seller.goto('/seller?state=CANCEL_REQUESTED');
  const asked = seller.locator('main section').filter({ hasText: number }).first();
  await asked.getByRole('button', { name: `${title} 취소 승인` }).click();
  await expect(seller.getByText('취소를 승인했습니다.')).toBeVisible();
  await buyer.reload();
  await expect(buyer.getByText('취소 완료').first()).toBeVisible();

  await sellerContext.close();
  await buyerContext.close();
});

test('a seller ships and delivers a line, and the buyer confirms the purchase', async ({ browser }) => {
  const sellerContext = await browser.newContext();
  const seller = await sellerContext.newPage();
  const buyerContext = await browser.newContext();
  const buyer = await buyerContext.newPage();
  const { title, number } = await orderPaid(seller, buyer);
  const order = (page: Page) => page.locator('main section').filter({ hasText: number }).first();

  await seller.goto('/seller');
  await order(seller).getByRole('button', { name: `${title} 준비 시작` }).click();
  await expect(seller.getByText('상품 준비를 시작했습니다.')).toBeVisible();
  await seller.goto('/seller?state=PREPARING');
  await order(seller).getByRole('button', { name: `${title} 발송 처리` }).click();
  const dialog = seller.getByRole('dialog');
  await dialog.getByLabel('송장 번호').fill('1234567890');
  await expectAccessible(seller, 'shipping dialog');
  await dialog.getByRole('button', { name: '발송 처리' }).click();
  await expect(seller.getByText('발송 처리했습니다.')).toBeVisible();
  await seller.goto('/seller?state=SHIPPED');
  await order(seller).getByRole('button', { name: `${title} 배송 완료 처리` }).click();
  await expect(seller.getByText('배송 완료로 바꾸었습니다.')).toBeVisible();

  await buyer.getByRole('link', { name: '주문 보기' }).click();
  await expect(buyer.getByText('1234567890')).toBeVisible();
  await expectAccessible(buyer, 'delivered order');
  await buyer.getByRole('button', { name: `${title} 구매 확정` }).click();
  await expect(buyer.getByText('구매를 확정했습니다.')).toBeVisible();
  await expect(buyer.getByRole('button', { name: `${title} 구매 확정` })).toHaveCount(0);
  await sellerContext.close();
  await buyerContext.close();
});

test('a seller cancels what cannot be sent, and sees what is late', async ({ browser, page: seller }) => {
  const buyerContext = await browser.newContext();
  const buyer = await buyerContext.newPage();
  const { title, number } = await orderPaid(seller, buyer);
  await seller.goto('/seller');
  const order = seller.locator('main section').filter({ hasText: number }).first();
  await order.getByRole('button', { name: `${title} 품절 취소` }).click();
  const dialog = seller.getByRole('dialog');
  await expect(dialog.getByLabel('재고가 없습니다', { exact: false })).toBeChecked();
  // The goods are there after all: they go back on sale for the journeys that follow.
  await dialog.getByLabel('재고가 없습니다', { exact: false }).uncheck();
  await dialog.getByRole('button', { name: '상품 하자 발견' }).click();
  await expectAccessible(seller, 'cancelling what cannot be sent');
  await dialog.getByRole('button', { name: '품절 취소' }).click();
  await expect(seller.getByText('구매자에게 환불됩니다.', { exact: false })).toBeVisible();
  await buyer.getByRole('link', { name: '주문 보기' }).click();
  await expect(buyer.getByText('취소 완료').first()).toBeVisible();
  await buyerContext.close();

  await seller.getByLabel('주문 상태').selectOption('준비 지연');
  await expect(seller.getByText('불러오는 중입니다')).toHaveCount(0);
  await expectAccessible(seller, 'late orders');
});

test('the forms of the seller centre are accessible and stock can be adjusted', async ({ page }) => {
  await signIn(page, demo.seller, demo.password, '/seller/products?state=ON_SALE');
  await page.getByRole('button', { name: / 재고$/ }).first().click();
  const delta = page.getByLabel(/재고 증감$/).first();
  await delta.fill('+3');
  await page.getByLabel('조정 사유').fill('입고');
  await page.getByRole('button', { name: '재고 조정' }).click();
  await expect(page.getByText('재고를 조정했습니다.')).toBeVisible();
  await expectAccessible(page, 'stock');

  await page.goto('/seller/products/new');
  await expect(page.getByLabel('상품명')).toBeVisible();
  await expectAccessible(page, 'new product');
  await page.getByRole('button', { name: '상품 저장' }).click();
  await expect(page.getByLabel('상품명')).toHaveAttribute('aria-invalid', 'true');

  await page.goto('/seller/apply');
  await expect(page.getByLabel('상호')).toBeVisible();
  await expectAccessible(page, 'seller application');
});
