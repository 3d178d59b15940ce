import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { ask, deliver, demo, demoSeller, expectAccessible, orderPaid, signIn } from './market';

test('a seller replies to a review, and makes a coupon', async ({ page }) => {
  await signIn(page, demo.seller, demo.password, '/seller/reviews?only=unanswered');
  const review = page.locator('main section').first();
  await expect(review).toBeVisible();
  await expectAccessible(page, 'seller reviews');
  await review.getByRole('button', { name: /답글 쓰기$/ }).click();
  const text = `찾아 주셔서 고맙습니다. ${Date.now()}`;
  await page.getByRole('dialog').getByLabel('답글').fill(text);
  await expectAccessible(page, 'reply to a review');
  await page.getByRole('dialog').getByRole('button', { name: '답글 쓰기' }).click();
  await expect(page.getByText('답글을 등록했습니다.')).toBeVisible();
  await page.goto('/seller/reviews');
  await expect(page.getByText(text)).toBeVisible();

  await page.goto('/seller/coupons/new');
  await page.getByRole('button', { name: '초안 저장' }).click();
  await expect(page.getByLabel('쿠폰 이름')).toHaveAttribute('aria-invalid', 'true');
  const name = `단골 할인 ${Date.now()}`;
  await page.getByLabel('쿠폰 이름').fill(name);
  await page.getByLabel('할인율').fill('10');
  await page.getByLabel('최소 구매 금액').fill('20000');
  const end = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel('종료일').fill(end);
  await expectAccessible(page, 'new coupon');
  await page.getByRole('button', { name: '초안 저장' }).click();
  await page.getByRole('button', { name: `${name} 시작` }).click();
  await expect(page.getByText('쿠폰을 시작했습니다.')).toBeVisible();
  await expectAccessible(page, 'seller coupons');
  await page.getByRole('button', { name: `${name} 멈춤` }).click();
  await page.getByRole('dialog').getByLabel('사유').fill('재고 부족');
  await page.getByRole('dialog').getByRole('button', { name: '멈춤' }).click();
  await expect(page.getByText('쿠폰을 멈췄습니다.')).toBeVisible();
  await expect(page.getByRole('button', { name: `${name} 다시 시작` })).toBeVisible();
});

test('a seller reads a statement and takes it home as CSV, and two of the staff have it paid', async ({ browser, page: seller, request }) => {
  test.setTimeout(150_000);
  const buyerContext = await browser.newContext();
  const buyer = await buyerContext.newPage();
  const order = await orderPaid(seller, buyer);
  await deliver(seller, order);
  await buyer.getByRole('link', { name: '주문 보기' }).click();
  await buyer.getByRole('button', { name: `${order.title} 구매 확정` }).click();
  await expect(buyer.getByText('구매를 확정했습니다.')).toBeVisible();
  await buyerContext.close();

  // The statement has to hear of the confirmation, which takes a moment.
  await expect(async () => {
    await seller.goto('/seller/settlements/items?state=ELIGIBLE');
    await expect(seller.getByText(order.number).first()).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await expectAccessible(seller, 'earnings');
  const close = 'mutation ($input: CloseSettlementInput!) { closeSettlement(input: $input) { userErrors { code } } }';
  const sellerId = await demoSeller(request);
  const closed = await ask<{ closeSettlement: { userErrors: unknown[] } }>(request, demo.staff, close, { input: { sellerId } });
  expect(closed.closeSettlement.userErrors).toEqual([]);

  await seller.goto('/seller/settlements');
  await expect(seller.getByText(/건 · 판매 금액/).first()).toBeVisible();
  await expectAccessible(seller, 'statements');
  await seller.locator('main section a').first().click();
  await expect(seller.getByRole('heading', { level: 1, name: /^정산서/ })).toBeVisible();
  await expect(seller.getByRole('row', { name: new RegExp(order.number) }).first()).toBeVisible();
  await expectAccessible(seller, 'statement');
  const saving = seller.waitForEvent('download');
  await seller.getByRole('button', { name: 'CSV 내려받기' }).click();
  expect(await readFile(await (await saving).path(), 'utf8')).toContain(order.number);

  // One of the staff asks for the payout, another approves it.
  const staffContext = await browser.newContext();
  const staff = await staffContext.newPage();
  await signIn(staff, demo.staff, demo.password, '/admin/payouts');
  await staff.getByRole('button', { name: /지급 요청$/ }).first().click();
  await expect(staff.getByText('지급을 요청했습니다.', { exact: false })).toBeVisible();
  const approval = { name: /지급 승인$/ };
  await staff.getByRole('button', approval).first().click();
  await expect(staff.getByRole('alert')).toBeVisible();
  await expectAccessible(staff, 'payouts');
  await staffContext.close();
  const secondContext = await browser.newContext();
  const second = await secondContext.newPage();
  await signIn(second, demo.approver, demo.password, '/admin/payouts');
  await second.getByRole('button', approval).first().click();
  await expect(second.getByText('지급을 승인했습니다.')).toBeVisible();
  await secondContext.close();
  await seller.reload();
  await expect(seller.getByText('지급 예정')).toBeVisible();
});

test('low stock has its page, and orders the address of notifications', async ({ page }) => {
  await signIn(page, demo.seller, demo.password, '/seller/stock');
  await expect(page.getByRole('heading', { level: 1, name: '재고 부족' })).toBeVisible();
  await expectAccessible(page, 'low stock');
  await page.goto('/seller/orders');
  await expect(page.getByRole('heading', { level: 1, name: '주문 관리' })).toBeVisible();
});
