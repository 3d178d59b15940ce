import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, newBuyer, signUp } from './market';

/** Says in the provider's window, here the sandbox's, who one is, and closes it. */
async function goThrough(page: Page, button: string, birthDate: string): Promise<void> {
  const opening = page.waitForEvent('popup');
  await page.getByRole('button', { name: button }).click();
  const window = await opening;
  await window.getByLabel('생년월일').fill(birthDate);
  // So many accounts a person and no more: nobody here is anybody else.
  await window.getByLabel('휴대전화').fill(`010${String(Date.now()).slice(-8)}`);
  await window.locator('#verify').click();
  await expect(window.getByRole('heading', { name: '인증되었습니다' })).toBeVisible();
  await window.close();
}

test('a member shows to be an adult, and returns to where that was asked for', async ({ page }) => {
  await signUp(page, newBuyer());
  await page.goto('/my');
  await page.getByRole('link', { name: '성인인증' }).click();
  await expect(page.getByText('아직 성인인증을 하지 않았습니다.')).toBeVisible();
  await expectAccessible(page, 'adult verification');
  await goThrough(page, '본인인증 시작하기', `${new Date().getFullYear() - 10}-01-01`);
  await expect(page.getByRole('alert').getByText('성인만 이용할 수 있습니다')).toBeVisible();
  await expectAccessible(page, 'adult verification of a minor');

  await page.goto('/my/adult?next=%2Fcart');
  await goThrough(page, '본인인증 시작하기', '1990-01-01');
  await expect(page).toHaveURL(/\/cart$/);
  await expect(page.getByText('성인인증을 마쳤습니다.')).toBeVisible();
  await page.goto('/my/adult');
  await expect(page.getByText('1990년')).toBeVisible();
  await expectAccessible(page, 'verified adult');
});

test('a member takes out all that the market holds about them', async ({ page }) => {
  const buyer = newBuyer();
  await signUp(page, buyer);
  await page.goto('/my');
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: '내려받기' }).click();
  const file = await downloading;
  expect(file.suggestedFilename()).toMatch(/^doa-market-my-data-\d{4}-\d{2}-\d{2}\.json$/);
  const document = JSON.parse(await readFile(await file.path(), 'utf8')) as { format: string; sections: { profile: object } };
  expect(document.format).toBe('doa-market.personal-data');
  expect(JSON.stringify(document.sections.profile)).toContain(buyer.email);
  await expect(page.getByText('모든 정보를 파일로 저장했습니다.', { exact: false })).toBeVisible();
  await expectAccessible(page, 'downloaded data');
});
