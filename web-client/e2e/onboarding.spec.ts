import { expect, test, type Page } from '@playwright/test';
import { demo, expectAccessible, newBuyer, signIn, signUp } from './market';

/** A business registration number that nobody has, with its check digit. */
function businessNumber(): string {
  const digits = Array.from({ length: 9 }, (_, at) => (at === 0 ? 1 + Math.floor(Math.random() * 9) : Math.floor(Math.random() * 10)));
  const weights = [1, 3, 7, 1, 3, 7, 1, 3, 5];
  const sum = digits.reduce((total, digit, at) => total + digit * (weights[at] ?? 0), 0);
  const check = (10 - ((sum + Math.floor(((digits[8] ?? 0) * 5) / 10)) % 10)) % 10;
  return [...digits, check].join('');
}

async function apply(page: Page, shop: string): Promise<void> {
  await page.goto('/seller/apply');
  await page.getByLabel('상호').fill(shop);
  await page.getByLabel('대표자 이름').fill('김도아');
  await page.getByLabel('사업자등록번호').fill(businessNumber());
  await page.getByLabel('통신판매업 신고번호').fill('2025-서울강남-01234');
  await page.getByLabel('전화번호').fill('02-555-0123');
  await page.getByLabel('이메일').fill('shop@example.com');
  await page.getByLabel('사업장 주소').fill('서울특별시 강남구 테헤란로 123, 4층');
  await page.getByLabel('은행').fill('국민은행');
  await page.getByLabel('계좌번호').fill('123456-04-123456');
  await page.getByLabel('예금주').fill('김도아');
  await page.getByRole('button', { name: '신청하기' }).click();
  await expect(page.getByText('신청을 접수했습니다. 담당자가 확인하고 있습니다.')).toBeVisible();
}

async function createProduct(page: Page, title: string, image: string): Promise<void> {
  await page.goto('/seller/products/new');
  await page.getByLabel('상품명').fill(title);
  await page.getByLabel('상품 설명').fill('정성껏 만든 상품입니다. 오래 쓰실 수 있습니다.');
  await page.getByLabel('카테고리', { exact: false }).last().selectOption({ index: 1 });
  await page.getByLabel('원산지').fill('국산');
  await page.getByLabel('옵션 이름').fill('색상');
  await page.getByLabel('옵션 값').fill('초록');
  await page.getByLabel('SKU').fill(`PINE-${Date.now()}`);
  await page.getByLabel('판매가').fill('19900');
  await page.getByLabel('처음 재고').fill('7');
  await page.getByLabel('사진 주소').fill(image);
  await page.getByLabel('사진 설명').fill(title);
  await page.getByLabel('상품군').selectOption('기타 재화');
  await page.getByLabel('제조자/수입자').fill('도아공방');
  await page.getByLabel('제조국').fill('대한민국');
  await page.getByLabel('A/S 책임자와 전화번호').fill('도아공방 02-555-0123');
  await expectAccessible(page, 'new product, filled in');
  await page.getByRole('button', { name: '상품 저장' }).click();
  await expect(page.getByRole('button', { name: `${title} 심사 요청` })).toBeVisible();
}

test('a member becomes a seller, lists a product, staff approve both, and the shop has it', async ({ browser }) => {
  test.setTimeout(240_000);
  const mark = Date.now().toString(36);
  const shop = `도아공방 ${mark}`;
  const title = `소나무 쟁반 ${mark}`;
  const memberContext = await browser.newContext();
  const member = await memberContext.newPage();
  const staffContext = await browser.newContext();
  const staff = await staffContext.newPage();

  await signUp(member, newBuyer());
  const picture = member.locator('#new img').first();
  await expect(picture).toBeVisible();
  const image = (await picture.getAttribute('src')) ?? '';
  await apply(member, shop);
  await expectAccessible(member, 'seller application sent');

  await signIn(staff, demo.staff, demo.password, '/admin/sellers');
  await expectAccessible(staff, 'seller applications');
  await staff.getByRole('button', { name: `${shop} 심사 시작` }).click();
  await expect(staff.getByText('상태를 ‘심사 중’(으)로 바꾸었습니다.')).toBeVisible();
  await staff.goto('/admin/sellers?state=UNDER_REVIEW');
  await staff.getByRole('button', { name: `${shop} 승인` }).click();
  await expect(staff.getByText('상태를 ‘승인’(으)로 바꾸었습니다.')).toBeVisible();

  await member.goto('/seller');
  await member.getByRole('button', { name: '영업 시작하기' }).click();
  await expect(member.getByRole('heading', { level: 1, name: '주문 관리' })).toBeVisible();
  await createProduct(member, title, image);
  await member.getByRole('link', { name: `${title} 수정` }).click();
  await expect(member.getByRole('heading', { level: 1, name: '상품 수정' })).toBeVisible();
  await member.getByLabel('한 줄 소개').fill('손으로 깎은 쟁반');
  await member.getByLabel('KC 인증').selectOption('인증받음');
  await member.getByRole('button', { name: '저장' }).click();
  await expect(member.getByLabel('1번 인증번호')).toHaveAttribute('aria-invalid', 'true');
  await member.getByLabel('KC 인증').selectOption('면제');
  await member.getByLabel('면제 사유').fill('안전관리 대상이 아닌 목재품');
  await expectAccessible(member, 'editing a product');
  await member.getByRole('button', { name: '저장' }).click();
  await expect(member.getByText('상품을 수정했습니다.')).toBeVisible();
  await member.getByRole('button', { name: `${title} 심사 요청` }).click();
  await expect(member.getByText('심사를 요청했습니다.')).toBeVisible();

  await staff.goto('/admin/products');
  await staff.getByRole('button', { name: `${title} 승인` }).click();
  await expect(staff.getByText('상품을 승인했습니다.')).toBeVisible();

  // Search hears of it a moment later.
  await expect(async () => {
    await member.goto(`/search?q=${encodeURIComponent(title)}`);
    await expect(member.locator('main a[href^="/p/"]').filter({ hasText: title })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });

  await member.goto('/seller/products?state=ON_SALE');
  await member.getByRole('link', { name: `${title} 옵션 편집` }).click();
  await expect(member.getByRole('heading', { level: 1, name: '옵션 편집' })).toBeVisible();
  await member.getByRole('button', { name: '미리 보기' }).click();
  await expect(member.getByText('바꾼 내용이 없습니다.')).toBeVisible();
  await member.getByRole('button', { name: '색상 값 추가' }).click();
  await member.getByRole('textbox', { name: '색상 값 2' }).fill('갈색');
  await member.getByRole('button', { name: '빠진 조합 모두 추가' }).click();
  await member.getByLabel('2번 처음 재고').fill('3');
  await member.getByRole('button', { name: '미리 보기' }).click();
  await expect(member.getByRole('heading', { name: '추가 1개' })).toBeVisible();
  await expectAccessible(member, 'editing options');
  await member.getByRole('button', { name: '적용하기' }).click();
  await expect(member.getByText('옵션을 바꾸었습니다.')).toBeVisible();

  await member.goto('/seller/particulars');
  await expect(member.getByRole('heading', { level: 1, name: '상점 정보' })).toBeVisible();
  await member.getByLabel('정정 사유').fill('사업장을 옮겼습니다.');
  await member.getByRole('button', { name: '정정 요청하기' }).click();
  await expect(member.getByText('바꾼 내용이 없습니다.')).toBeVisible();
  await member.getByLabel('사업장 주소').fill('서울특별시 중구 을지로 1');
  await member.getByRole('button', { name: '정정 요청하기' }).click();
  await expect(member.getByText('운영자가 확인하고 있는 요청이 있습니다.', { exact: false })).toBeVisible();
  await member.getByLabel('은행').fill('신한은행');
  await member.getByLabel('계좌번호').fill('110-123-456789');
  await member.getByLabel('예금주').fill('김도아');
  await member.getByRole('button', { name: '정산 계좌 바꾸기' }).click();
  await expect(member.getByText('지금 계좌: 신한은행', { exact: false })).toBeVisible();
  await expectAccessible(member, 'shop details');
  await staff.goto('/admin/corrections');
  await expect(staff.getByRole('button', { name: `${shop} 정정 승인` })).toBeVisible();
  await expectAccessible(staff, 'corrections of sellers');
  await staff.getByRole('button', { name: `${shop} 정정 승인` }).click();
  await expect(staff.getByText('정정을 승인했습니다.', { exact: false })).toBeVisible();
  await member.reload();
  await expect(member.getByText('승인됨')).toBeVisible();
  await expect(member.getByLabel('사업장 주소')).toHaveValue('서울특별시 중구 을지로 1');
  await memberContext.close();
  await staffContext.close();
});
