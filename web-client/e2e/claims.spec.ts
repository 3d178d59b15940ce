import { expect, test, type Page } from '@playwright/test';
import { deliver, demo, expectAccessible, orderPaid, signIn } from './market';

test('a buyer sees what a return costs, asks for it, and takes it back', async ({ browser, page: buyer }) => {
  test.setTimeout(150_000);
  const sellerContext = await browser.newContext();
  const seller = await sellerContext.newPage();
  const order = await orderPaid(seller, buyer);
  await deliver(seller, order);
  await sellerContext.close();

  await buyer.getByRole('link', { name: '주문 보기' }).click();
  await buyer.getByRole('link', { name: `${order.title} 반품·교환 신청` }).click();
  await expect(buyer.getByRole('heading', { level: 1, name: '반품·교환' })).toBeVisible();
  await buyer.getByRole('button', { name: '신청하기' }).click();
  await expect(buyer.getByLabel('사유')).toHaveAttribute('aria-invalid', 'true');
  await buyer.getByLabel('사유').selectOption({ label: '파손되어 도착' });
  await expect(buyer.getByText('배송비를 내지 않습니다')).toBeVisible();
  await buyer.getByLabel('사유').selectOption({ label: '단순 변심' });
  await expect(buyer.getByText('반품 배송비를 뺀 금액을 환불합니다', { exact: false })).toBeVisible();
  await expect(buyer.getByText('예상 환불 금액')).toBeVisible();
  await expectAccessible(buyer, 'claim form');
  await buyer.getByRole('button', { name: '신청하기' }).click();

  await expect(buyer.getByRole('heading', { level: 1, name: '반품 상세' })).toBeVisible();
  await expect(buyer.getByText('판매자의 답변을 기다립니다', { exact: false })).toBeVisible();
  await expectAccessible(buyer, 'claim');
  await buyer.goto('/claims');
  await expect(buyer.getByRole('link', { name: new RegExp(order.title.slice(0, 6)) })).toContainText('신청');
  await expectAccessible(buyer, 'claims');
  await buyer.getByRole('link', { name: new RegExp(order.title.slice(0, 6)) }).click();
  await buyer.getByRole('button', { name: '신청 철회' }).click();
  await expect(buyer.getByText('신청을 철회했습니다.').first()).toBeVisible();
  await expect(buyer.getByRole('button', { name: '신청 철회' })).toHaveCount(0);

  // The order tells of the claim, and can be claimed again.
  await buyer.getByRole('link', { name: /주문번호/ }).click();
  await expect(buyer.getByText('철회', { exact: true })).toBeVisible();
  await expect(buyer.getByRole('link', { name: `${order.title} 반품·교환 신청` })).toBeVisible();
  await expectAccessible(buyer, 'order with a claim');
});

/** On the order's page of the buyer: asks for what is said, for the reason that is said. */
async function claim(buyer: Page, title: string, kind: string, reason: string): Promise<void> {
  await buyer.getByRole('link', { name: '주문 보기' }).click();
  await buyer.getByRole('link', { name: `${title} 반품·교환 신청` }).click();
  await buyer.getByRole('radio', { name: new RegExp(`^${kind}`) }).check();
  await buyer.getByLabel('사유').selectOption({ label: reason });
  const photo = { name: 'goods.png', mimeType: 'image/png', buffer: await buyer.screenshot() };
  await buyer.locator('input[type="file"]').setInputFiles(photo);
  await expect(buyer.getByRole('img', { name: '사진 1' })).toBeVisible();
  await buyer.getByRole('button', { name: '신청하기' }).click();
  await expect(buyer.getByRole('heading', { level: 1, name: `${kind} 상세` })).toBeVisible();
}

/** The seller's page of the claim about an order, and a button on it. */
async function openClaim(seller: Page, number: string): Promise<(name: string) => Promise<void>> {
  await seller.goto('/seller/claims?state=REQUESTED');
  await seller.getByRole('link', { name: new RegExp(`^${number}.* 처리하기$`) }).click();
  return async (name) => seller.getByRole('button', { name, exact: true }).click();
}

test('a seller takes goods back, and the buyer gets the money', async ({ browser, page: buyer }) => {
  test.setTimeout(150_000);
  const sellerContext = await browser.newContext();
  const seller = await sellerContext.newPage();
  const order = await orderPaid(seller, buyer);
  await deliver(seller, order);
  await claim(buyer, order.title, '반품', '단순 변심');

  // Where the notification of a claim leads.
  await seller.goto('/seller/claims');
  await expect(seller.getByRole('link', { name: new RegExp(`^${order.number}`) })).toBeVisible();
  await expectAccessible(seller, 'seller claims');
  const press = await openClaim(seller, order.number);
  await expect(seller.getByRole('heading', { level: 1, name: '반품 상세' })).toBeVisible();
  const shown = seller.getByRole('img', { name: '사진 1' });
  await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await press('승인');
  const dialog = seller.getByRole('dialog');
  await dialog.getByLabel('판매자 책임으로 인정하고 배송비를 부담합니다').check();
  await expectAccessible(seller, 'approval of a claim');
  await dialog.getByRole('button', { name: '승인' }).click();
  await expect(seller.getByText('승인했습니다.').first()).toBeVisible();
  await press('회수 송장 입력');
  await dialog.getByLabel('송장 번호').fill('55512345');
  await dialog.getByRole('button', { name: '회수 송장 입력' }).click();
  await expect(seller.getByText('회수 송장을 등록했습니다.')).toBeVisible();
  await press('회수 완료');
  await expect(seller.getByText('회수를 확인했습니다.')).toBeVisible();
  await press('검수 완료');
  await expectAccessible(seller, 'inspection of a claim');
  await dialog.getByRole('button', { name: '검수 완료' }).click();
  await expect(seller.getByText('검수를 마쳤습니다.')).toBeVisible();
  await expectAccessible(seller, 'seller claim');

  await expect(async () => {
    await buyer.reload();
    await expect(buyer.getByText('처리가 끝났습니다.')).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await expect(buyer.getByText('55512345')).toBeVisible();
  await expectAccessible(buyer, 'claim that is done');
  await sellerContext.close();
});

test('a seller refuses an exchange, staff decide otherwise, and the seller makes it', async ({ browser, page: buyer }) => {
  test.setTimeout(150_000);
  const sellerContext = await browser.newContext();
  const seller = await sellerContext.newPage();
  const order = await orderPaid(seller, buyer);
  await deliver(seller, order);
  await claim(buyer, order.title, '교환', '작동하지 않음');
  const dialog = seller.getByRole('dialog');
  const press = await openClaim(seller, order.number);
  await press('거절');
  await dialog.getByLabel('사유').fill('사진을 보내 주세요.');
  await dialog.getByRole('button', { name: '거절' }).click();
  await expect(seller.getByText('거절했습니다.').first()).toBeVisible();
  await buyer.reload();
  await expect(buyer.getByText('사진을 보내 주세요.').first()).toBeVisible();
  await expect(buyer.getByRole('button', { name: '분쟁 조정 요청' })).toBeVisible();

  await buyer.getByRole('button', { name: '분쟁 조정 요청' }).click();
  await buyer.getByRole('dialog').getByLabel('요청 사유').fill('사진을 문자로 보냈습니다.');
  await buyer.getByRole('dialog').getByRole('button', { name: '분쟁 조정 요청' }).click();
  await expect(buyer.getByText('운영자가 내용을 보고 결정합니다.')).toBeVisible();

  const staffContext = await browser.newContext();
  const staff = await staffContext.newPage();
  await signIn(staff, demo.staff, demo.password, '/admin/claims');
  await expectAccessible(staff, 'disputes');
  await staff.getByRole('link', { name: `${order.title} 살펴보기` }).first().click();
  await expect(staff.getByText('사진을 문자로 보냈습니다.')).toBeVisible();
  await staff.getByLabel('환불 금액 (원)').fill('10000');
  await staff.getByLabel('요청 사유').fill('한도를 넘을 수 있습니다.');
  await staff.getByRole('button', { name: '승인 요청' }).click();
  await expect(staff.getByText('승인을 요청했습니다.', { exact: false })).toBeVisible();
  await expect(staff.getByRole('link', { name: '승인 화면으로 가기' })).toBeVisible();
  await staff.getByLabel('결정 이유').fill('사진으로 하자를 확인했습니다.');
  await expectAccessible(staff, 'dispute');
  await staff.getByRole('button', { name: '결정하기' }).click();
  await expect(staff.getByText('결정했습니다.')).toBeVisible();
  await staffContext.close();

  await seller.reload();
  await press('회수 완료');
  await press('검수 완료');
  await dialog.getByRole('button', { name: '검수 완료' }).click();
  await expect(seller.getByText('검수를 마쳤습니다.')).toBeVisible();
  await press('교환 상품 발송');
  await dialog.getByLabel('송장 번호').fill('66612345');
  await dialog.getByRole('button', { name: '교환 상품 발송' }).click();
  await expect(seller.getByText('교환 상품을 발송했습니다.')).toBeVisible();

  await buyer.reload();
  await expect(buyer.getByText('66612345')).toBeVisible();
  await buyer.getByRole('button', { name: '교환 상품 받음' }).click();
  await expect(buyer.getByText('교환을 마쳤습니다.')).toBeVisible();
  await expect(buyer.getByText('처리가 끝났습니다.')).toBeVisible();
  await sellerContext.close();
});
