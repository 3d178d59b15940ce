import { expect, test } from '@playwright/test';
import { deliver, expectAccessible, orderPaid } from './market';

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
