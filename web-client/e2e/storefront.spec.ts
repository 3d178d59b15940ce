import { expect, test } from '@playwright/test';
import { expectAccessible, openProduct } from './market';

test('home leads to a category that sorts, filters and pages', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('#new a[href^="/p/"]').first()).toBeVisible();
  await expectAccessible(page, 'home');

  await page.getByRole('navigation', { name: '카테고리' }).getByRole('link').first().click();
  await expect(page).toHaveURL(/\/c\//);
  await expect(page.locator('main a[href^="/p/"]').first()).toBeVisible();
  await expectAccessible(page, 'category');

  await page.getByLabel('정렬').selectOption('PRICE_ASC');
  await expect(page).toHaveURL(/sort=PRICE_ASC/);
  await page.getByLabel('최저 가격').fill('999999999');
  await page.getByRole('button', { name: '적용' }).click();
  await expect(page.getByText('조건에 맞는 상품이 없습니다.')).toBeVisible();
  await page.getByRole('button', { name: '초기화' }).click();
  await expect(page.locator('main a[href^="/p/"]').first()).toBeVisible();

  const next = page.getByRole('link', { name: '다음' });
  if (await next.isVisible()) {
    const before = await page.locator('main a[href^="/p/"]').first().getAttribute('href');
    await next.click();
    await expect(page).toHaveURL(/after=/);
    await expect(page.locator('main a[href^="/p/"]').first()).not.toHaveAttribute('href', before ?? '');
    await page.getByRole('link', { name: '이전' }).click();
    await expect(page.locator('main a[href^="/p/"]').first()).toHaveAttribute('href', before ?? '');
  }
});

test('a product is found by a word of its title and shows what the law asks for', async ({ page }) => {
  const title = await openProduct(page);
  await expectAccessible(page, 'product');
  for (const fact of ['사업자등록번호', '통신판매업 신고번호', '대표자', '원산지']) {
    await expect(page.getByText(fact, { exact: true })).toBeVisible();
  }
  const word = title.split(/\s+/)[0] ?? title;
  await page.getByRole('searchbox', { name: '검색' }).fill(word);
  await page.getByRole('searchbox', { name: '검색' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(word);
  await expect(page.locator('main a[href^="/p/"]').first()).toBeVisible();
  await expectAccessible(page, 'search');
});

test('a product is found by initial consonants, suggested while they are typed', async ({ page }) => {
  const title = await openProduct(page);
  const word = title.split(/\s+/).find((one) => /^[가-힣]{2,}$/.test(one)) ?? '';
  expect(word, title).not.toBe('');
  const consonants = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
  const initials = [...word].map((one) => consonants[Math.floor((one.charCodeAt(0) - 0xac00) / 588)]).join('');
  const box = page.getByRole('searchbox', { name: '검색' });
  await box.pressSequentially(initials);
  const suggestions = page.getByRole('list', { name: '검색어 제안' });
  await expect(suggestions.getByRole('link').first()).toBeVisible();
  await expectAccessible(page, 'suggestions');
  await box.press('Enter');
  await expect(suggestions).toBeHidden();
  await expect(page.locator('main mark').first()).toBeVisible();
  const found = await page.locator('main mark').allInnerTexts();
  expect(found.some((one) => one.length === word.length), `${found.join()} for ${initials}`).toBe(true);

  await page.getByLabel('정렬').selectOption('PRICE_ASC');
  await expect(page).toHaveURL(/sort=PRICE_ASC/);
  // Every product has a seller; not every one has a brand.
  const sellers = page.getByRole('group', { name: '판매자 정보' }).getByRole('checkbox');
  // The address has what is chosen, and the box follows it.
  await sellers.first().click();
  await expect(sellers.first()).toBeChecked();
  await expect(page).toHaveURL(/seller=/);
  await expect(page.locator('main a[href^="/p/"]').first()).toBeVisible();
  await expectAccessible(page, 'narrowed search');
});

test('an unknown page says so', async ({ page }) => {
  await page.goto('/no/such/page');
  await expect(page.getByRole('heading', { level: 1, name: '페이지를 찾을 수 없습니다' })).toBeVisible();
  await expectAccessible(page, 'not found');
});

test('English is one press away and stays', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('heading', { name: 'New arrivals' })).toBeVisible();
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

test('pages of members ask to sign in first and a wrong password is explained', async ({ page }) => {
  await page.goto('/orders');
  await expect(page).toHaveURL(/\/sign-in\?next=%2Forders/);
  await expectAccessible(page, 'sign-in');
  await page.getByLabel('이메일').fill(`nobody-${Date.now()}@example.com`);
  await page.locator('input[autocomplete="current-password"]').fill('not-the-password');
  await page.locator('form').getByRole('button', { name: '로그인' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  // Nothing typed is lost.
  await expect(page.locator('input[autocomplete="current-password"]')).toHaveValue('not-the-password');
});
