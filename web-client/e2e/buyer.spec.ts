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

test('a buyer pays into a virtual account, and says where the refund goes', async ({ page, request }) => {
  await signUp(page, newBuyer());
  const orderForDeposit = async () => {
    const title = await openProduct(page);
    await chooseOptions(page);
    await page.getByRole('button', { name: '바로 구매' }).click();
    await page.getByRole('radio', { name: '가상계좌' }).check();
    await payFromCheckout(page, '입금을 기다리고 있습니다');
    const paymentKey = new URL(page.url()).searchParams.get('paymentKey');
    await page.getByRole('link', { name: '주문 보기' }).click();
    await expect(page.getByText('신한은행')).toBeVisible();
    return { title, paymentKey };
  };

  // One is given up before anything is paid in.
  await orderForDeposit();
  await expectAccessible(page, 'order that waits for a deposit');
  await page.getByRole('button', { name: '주문 취소하기' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '취소하기' }).click();
  await expect(page.getByText('취소했습니다.')).toBeVisible();
  await expect(page.getByText('신한은행')).toHaveCount(0);

  // Another is paid in and cancelled: its money needs an account.
  const { title, paymentKey } = await orderForDeposit();
  await request.post('/sandbox/toss/sandbox/deposit', { data: { paymentKey } });
  const hear = 'mutation ($key: String!) { receivePaymentWebhook(input: { paymentKey: $key }) { known } }';
  await request.post('/graphql', { data: { query: hear, variables: { key: paymentKey } } });
  const cancel = page.getByRole('button', { name: `${title} 주문 취소` });
  await expect(async () => {
    await page.reload();
    await expect(cancel).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await cancel.click();
  await page.getByRole('dialog').getByRole('button', { name: '취소하기' }).click();
  await expect(page.getByRole('heading', { name: '환불받을 계좌를 알려 주세요' })).toBeVisible();
  await expectAccessible(page, 'order whose refund needs an account');
  const order = page.url();
  await page.goto('/orders');
  await expect(page.getByText('환불 계좌 필요')).toBeVisible();
  await page.goto(order);
  await page.getByRole('button', { name: '이 계좌로 환불받기' }).click();
  await expect(page.getByLabel('환불 계좌번호')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('은행', { exact: false }).selectOption('신한은행');
  await page.getByLabel('환불 계좌번호').fill('110-123-450000');
  await page.getByLabel('예금주').fill('김도아');
  await page.getByRole('button', { name: '이 계좌로 환불받기' }).click();
  await expect(page.getByText('은행이 이 계좌로 보내지 못했습니다.', { exact: false })).toBeVisible();
  await page.getByLabel('환불 계좌번호').fill('110-123-456789');
  await page.getByRole('button', { name: '이 계좌로 환불받기' }).click();
  await expect(page.getByText('계좌를 등록했습니다.', { exact: false })).toBeVisible();
  await expect(page.getByRole('heading', { name: '환불받을 계좌를 알려 주세요' })).toHaveCount(0);
});
