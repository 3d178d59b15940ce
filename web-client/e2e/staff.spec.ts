import { expect, test } from '@playwright/test';
import {
  ask,
  chooseOptions,
  demo,
  expectAccessible,
  newBuyer,
  openProduct,
  orderPaid,
  payFromCheckout,
  shownOrderNumber,
  signIn,
  signUp,
} from './market';

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
    ['분쟁·클레임', '분쟁·클레임'],
    ['상품 심사', '상품 심사'],
    ['카테고리 관리', '카테고리 관리'],
    ['브랜드 관리', '브랜드 관리'],
    ['신고된 리뷰', '신고된 리뷰'],
    ['판매자', '판매자'],
    ['판매자 정보 정정', '판매자 정보 정정'],
    ['지급', '지급'],
    ['결제', '결제'],
    ['승인', '승인'],
    ['민원', '민원'],
    ['공지사항', '공지사항'],
    ['API 클라이언트', 'API 클라이언트'],
    ['운영자', '운영자'],
    ['감사 기록', '감사 기록'],
    ['대리 조회', '대리 조회'],
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

test('what one of the staff does is in the log, and what two decide needs both', async ({ page, browser }) => {
  const mark = Date.now().toString(36);
  await signIn(page, demo.staff, demo.password, '/admin/notices');
  await page.getByLabel('제목 (한국어)').fill(`점검 안내 ${mark}`);
  await page.getByLabel('내용 (한국어)').fill('오늘 밤 점검합니다.');
  await page.getByLabel('제목 (영어)').fill(`Maintenance ${mark}`);
  await page.getByLabel('내용 (영어)').fill('We work tonight.');
  await page.getByRole('button', { name: '초안 저장' }).click();
  await page.getByRole('button', { name: `점검 안내 ${mark} 게시` }).click();
  await expect(page.getByRole('button', { name: `점검 안내 ${mark} 게시` })).toHaveCount(0);

  const menu = page.getByRole('navigation', { name: '관리자 메뉴' });
  await expect(async () => {
    await page.goto('/admin/audit');
    await expect(page.getByRole('heading', { name: 'admin · publishNotice' }).first()).toBeVisible({ timeout: 2000 });
  }).toPass();

  await menu.getByRole('link', { name: '운영자', exact: true }).click();
  const person = `usr_${crypto.randomUUID().replaceAll('-', '')}`;
  await page.getByLabel('회원 식별자').fill(person);
  await page.getByLabel('이름').fill(`동료 ${mark}`);
  await page.getByLabel('감사').check();
  await page.getByLabel('사유').fill('새 동료');
  await page.getByRole('button', { name: '역할 요청' }).click();
  await menu.getByRole('link', { name: '승인', exact: true }).click();
  const own = page.locator('section', { hasText: person });
  await own.getByRole('button', { name: '승인' }).click();
  await expect(own.getByText('다른 사람이 결정해야 합니다')).toBeVisible();

  const secondContext = await browser.newContext();
  const second = await secondContext.newPage();
  await signIn(second, demo.approver, demo.password, '/admin/approvals');
  const theirs = second.locator('section', { hasText: person });
  await theirs.getByRole('button', { name: '승인' }).click();
  await expect(theirs.getByRole('heading', { name: /처리됨/ })).toBeVisible();
  await secondContext.close();
});

test('staff cancel what a seller cannot send, from the page of its order', async ({ page, browser }) => {
  const sellerContext = await browser.newContext();
  const buyerContext = await browser.newContext();
  const buyer = await buyerContext.newPage();
  const { title, number } = await orderPaid(await sellerContext.newPage(), buyer);
  await sellerContext.close();

  await signIn(page, demo.staff, demo.password, '/admin/orders');
  await page.getByRole('link', { name: number }).click();
  await expect(page.getByRole('heading', { level: 1, name: `주문 ${number}` })).toBeVisible();
  await expect(page.getByText(title).first()).toBeVisible();
  await expect(page.getByRole('heading', { name: '결제 정보' })).toBeVisible();
  await expect(page.getByRole('heading', { name: '고액 환불 승인 요청' })).toBeVisible();
  await expectAccessible(page, 'order, for staff');
  await page.getByRole('button', { name: '품절 취소', exact: true }).click();
  const dialog = page.getByRole('dialog');
  const cancel = dialog.getByRole('button', { name: '품절 취소' });
  await cancel.click();
  await expect(dialog.getByText('취소할 상품을 골라 주세요.')).toBeVisible();
  await dialog.getByLabel(title).check();
  await expectAccessible(page, 'cancellation by staff');
  await cancel.click();
  await expect(page.getByText('취소했습니다. 구매자에게 환불됩니다.')).toBeVisible();
  await expect(page.getByText('취소 사유: 품절')).toBeVisible();
  await expect(page.getByRole('button', { name: '품절 취소', exact: true })).toHaveCount(0);
  await expect(async () => {
    await page.reload();
    await expect(page.getByText('전액 환불')).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });

  await buyer.goto('/orders');
  await expect(buyer.getByText('취소 완료').first()).toBeVisible();
  await buyerContext.close();
});

test('staff report that a line has arrived', async ({ page, browser, request }) => {
  const sellerContext = await browser.newContext();
  const buyerContext = await browser.newContext();
  const seller = await sellerContext.newPage();
  const { title, number } = await orderPaid(seller, await buyerContext.newPage());
  await buyerContext.close();
  await sellerContext.close();
  type Orders = { orders: { nodes: { id: string; number: string; lines: { id: string }[] }[] } };
  const { orders } = await ask<Orders>(request, demo.staff, '{ orders(first: 20) { nodes { id number lines { id } } } }');
  const order = orders.nodes.find((one) => one.number === number);
  const lineIds = order?.lines.map((line) => line.id) ?? [];
  await ask(
    request,
    demo.seller,
    'mutation ($input: OrderLineIdsInput!) { prepareOrderLines(input: $input) { userErrors { code } } }',
    { input: { lineIds } },
  );
  await ask(
    request,
    demo.seller,
    'mutation ($input: ShipOrderLinesInput!) { shipOrderLines(input: $input) { userErrors { code } } }',
    { input: { lineIds } },
  );

  await signIn(page, demo.staff, demo.password, `/admin/orders/${order?.id}`);
  await page.getByRole('button', { name: `${title} 배송 완료 처리` }).click();
  await expect(page.getByText('배송 완료로 바꾸었습니다.')).toBeVisible();
  await expect(page.getByRole('button', { name: `${title} 배송 완료 처리` })).toHaveCount(0);
});
