import { expect, test } from '@playwright/test';
import { deliver, expectAccessible, newBuyer, orderPaid, signUp } from './market';

test('a member takes coupons, by pressing and by code', async ({ page }) => {
  await signUp(page, newBuyer());
  // Where the notification of a coupon leads.
  await page.goto('/account/coupons');
  await expect(page.getByRole('heading', { level: 1, name: '내 쿠폰' })).toBeVisible();
  await page.getByRole('button', { name: /쿠폰 받기$/ }).first().click();
  await expect(page.getByText('쿠폰을 받았습니다.')).toBeVisible();
  await expect(page.getByRole('button', { name: /쿠폰을 이미 받음$/ }).first()).toBeDisabled();
  await expect(page.getByText('사용 가능').last()).toBeVisible();
  await page.getByLabel('쿠폰 코드').fill('NO-SUCH-CODE');
  await page.getByRole('button', { name: '등록' }).click();
  await expect(page.getByLabel('쿠폰 코드')).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page, 'coupons');
});

test('a buyer reviews a purchase with a photo, and others report it', async ({ browser, page: buyer }) => {
  test.setTimeout(150_000);
  const sellerContext = await browser.newContext();
  const seller = await sellerContext.newPage();
  const order = await orderPaid(seller, buyer);
  await deliver(seller, order);
  await sellerContext.close();

  await buyer.getByRole('link', { name: '주문 보기' }).click();
  await buyer.getByRole('button', { name: `${order.title} 구매 확정` }).click();
  await expect(buyer.getByText('구매를 확정했습니다.')).toBeVisible();
  // The reviews hear of the purchase a moment later.
  await expect(async () => {
    await buyer.goto('/my/reviews');
    await expect(buyer.getByRole('link', { name: `${order.title} 리뷰 쓰기` })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await expectAccessible(buyer, 'my reviews');
  await buyer.getByRole('link', { name: `${order.title} 리뷰 쓰기` }).click();
  await expect(buyer.getByRole('heading', { level: 1, name: '리뷰 쓰기' })).toBeVisible();

  await buyer.getByRole('button', { name: '등록하기' }).click();
  await expect(buyer.getByText('별점을 골라 주세요.')).toBeVisible();
  await buyer.getByLabel('별점 4점').check({ force: true });
  const body = `튼튼하고 색이 고와요. ${Date.now()}`;
  await buyer.getByLabel('내용').fill(body);
  const photo = { name: 'tray.png', mimeType: 'image/png', buffer: await buyer.screenshot() };
  await buyer.locator('input[type="file"]').setInputFiles(photo);
  await expect(buyer.getByRole('img', { name: '사진 1' })).toBeVisible();
  await expectAccessible(buyer, 'review form');
  await buyer.getByRole('button', { name: '등록하기' }).click();
  await expect(buyer.getByText(body)).toBeVisible();
  const shown = buyer.getByRole('img', { name: '사진 1' });
  await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await expectAccessible(buyer, 'my reviews, one written');

  await buyer.getByRole('link', { name: order.title, exact: true }).click();
  await expect(buyer.getByText(body)).toBeVisible();
  await expectAccessible(buyer, 'product with reviews');

  const readerContext = await browser.newContext();
  const reader = await readerContext.newPage();
  await signUp(reader, newBuyer());
  await reader.goto(new URL(buyer.url()).pathname);
  const review = reader.locator('#reviews li').filter({ hasText: body });
  await review.getByRole('button', { name: /도움이 돼요/ }).click();
  await expect(review.getByRole('button', { name: '도움이 돼요 1' })).toHaveAttribute('aria-pressed', 'true');
  await review.getByRole('button', { name: '신고' }).click();
  await reader.getByRole('dialog').getByLabel('신고 사유').selectOption({ label: '거짓 내용' });
  await expectAccessible(reader, 'report dialog');
  await reader.getByRole('dialog').getByRole('button', { name: '신고' }).click();
  await expect(reader.getByText('신고를 접수했습니다.')).toBeVisible();
  await readerContext.close();
});

test('a member reads what was told, and follows it', async ({ page }) => {
  await signUp(page, newBuyer());
  // The welcome comes a moment after the sign-up.
  const bell = page.getByRole('link', { name: /^알림, 읽지 않음/ });
  await expect(async () => {
    await page.goto('/my');
    await expect(bell).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await bell.click();
  await expect(page.getByRole('heading', { level: 1, name: '알림' })).toBeVisible();
  await expect(page.getByText('새 알림').first()).toBeVisible();
  await expectAccessible(page, 'notifications');
  await page.getByRole('button', { name: /읽음으로 표시$/ }).first().click();
  await expect(page.getByText('새 알림')).toHaveCount(0);
  await expect(page.getByRole('link', { name: '알림', exact: true })).toBeVisible();
  await page.getByLabel('알림 종류').selectOption({ label: '읽지 않은 알림' });
  await expect(page.getByText('알림이 없습니다.')).toBeVisible();

  await page.getByRole('link', { name: '알림 설정' }).click();
  const choice = page.getByLabel('배송 시작 · 이메일');
  const before = await choice.isChecked();
  await choice.click();
  await expect(page.getByText('저장했습니다.')).toBeVisible();
  await expect(choice).toBeChecked({ checked: !before });
  await expectAccessible(page, 'notification settings');
});
