import { expect, test } from '@playwright/test';
import { chooseOptions, demo, expectAccessible, newBuyer, openProduct, payFromCheckout, shownOrderNumber, signIn, signUp } from './market';

test('the dashboard shows an order just paid, in one operation', async ({ page, browser }) => {
  const buyerContext = await browser.newContext();
  const buyer = await buyerContext.newPage();
  await signUp(buyer, newBuyer());
  await openProduct(buyer);
  await chooseOptions(buyer);
  await buyer.getByRole('button', { name: '바로 구매' }).click();
  await payFromCheckout(buyer);
  const number = await shownOrderNumber(buyer);
  await buyerContext.close();

  const operations: string[] = [];
  page.on('request', (request) => {
    const body = request.url().endsWith('/graphql') ? request.postData() : null;
    const name = body === null ? undefined : /(?:query|mutation) (\w+)/.exec(body)?.[1];
    if (name !== undefined) operations.push(name);
  });
  await signIn(page, demo.staff, demo.password, '/admin');
  await expect(page.getByRole('row', { name: new RegExp(number) })).toBeVisible();
  await expect(page.getByRole('heading', { name: '서비스 상태' })).toBeVisible();
  await expect(page.getByText('오늘 매출')).toBeVisible();
  await expectAccessible(page, 'dashboard');
  expect(operations.filter((name) => name === 'AdminDashboard')).toHaveLength(1);
  expect(operations.filter((name) => name.startsWith('Admin'))).toEqual(['AdminDashboard']);

  for (const [link, heading] of [
    ['주문', '주문'],
    ['상품 심사', '상품 심사'],
    ['판매자', '판매자'],
  ] as const) {
    await page.getByRole('navigation', { name: '관리자 메뉴' }).getByRole('link', { name: link, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    await expect(page.getByText('불러오는 중입니다')).toHaveCount(0);
    await expectAccessible(page, `admin ${link}`);
  }
});

test('the admin is closed to buyers', async ({ page }) => {
  await signUp(page, newBuyer());
  await page.goto('/admin');
  await expect(page.getByRole('heading', { level: 1, name: '볼 수 없는 페이지입니다' })).toBeVisible();
  await expectAccessible(page, 'forbidden');
});
