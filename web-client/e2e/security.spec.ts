import { createHmac } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { expectAccessible, newBuyer, signUp } from './market';

/** What an authenticator app would show now (RFC 6238). */
function codeOf(secret: string, stepsOn = 0): string {
  const bits = [...secret].map((digit) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(digit).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + stepsOn));
  const mac = createHmac('sha1', key).update(step).digest();
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

test('a member sets up a second factor, and signs in with it and with a passkey', async ({ page }) => {
  const buyer = newBuyer();
  await signUp(page, buyer);
  await page.goto('/my/security');
  await expect(page.getByRole('heading', { name: '2단계 인증' })).toBeVisible();
  await expectAccessible(page, 'security');
  await page.getByRole('button', { name: '인증 앱 추가' }).click();
  const secret = await page.getByTestId('totp-secret').innerText();
  await expectAccessible(page, 'authenticator app');
  await page.getByLabel('인증 코드').fill('000');
  await page.getByRole('button', { name: '등록하기' }).click();
  await expect(page.getByText('인증 코드가 올바르지 않습니다')).toBeVisible();
  await page.getByLabel('인증 코드').fill(codeOf(secret));
  await page.getByRole('button', { name: '등록하기' }).click();
  await expect(page.getByText('복구 코드', { exact: true })).toBeVisible();
  await expect(page.locator('code')).toHaveCount(10);
  await expectAccessible(page, 'recovery codes');

  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true } as const;
  await devtools.send('WebAuthn.addVirtualAuthenticator', { options: { ...options, automaticPresenceSimulation: true } });
  await page.getByRole('button', { name: '패스키 추가' }).click();
  await expect(page.getByRole('button', { name: '내 기기 삭제' })).toBeVisible();

  await page.getByRole('button', { name: '로그아웃', exact: true }).click();
  await expect(page.getByRole('button', { name: '로그아웃', exact: true })).toHaveCount(0);
  await page.goto('/sign-in');
  await page.getByLabel('이메일').fill(buyer.email);
  await page.getByLabel('비밀번호', { exact: false }).first().fill(buyer.password);
  await page.locator('form').getByRole('button', { name: '로그인' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '2단계 인증' })).toBeVisible();
  await expectAccessible(page, 'second factor');
  await page.getByLabel('인증 코드').fill(codeOf(secret, 1));
  await page.locator('form').getByRole('button', { name: '로그인' }).click();
  await expect(page.getByRole('button', { name: '로그아웃' })).toBeVisible();

  await page.getByRole('button', { name: '로그아웃', exact: true }).click();
  await expect(page.getByRole('button', { name: '로그아웃', exact: true })).toHaveCount(0);
  await page.goto('/sign-in');
  await page.getByRole('button', { name: '패스키로 로그인' }).click();
  await expect(page.getByRole('button', { name: '로그아웃' })).toBeVisible();
});

test('a newcomer signs up by Kakao, and comes back by it', async ({ page }) => {
  const { email } = newBuyer();
  const agree = async () => {
    await page.goto('/sign-in');
    await page.getByRole('button', { name: '카카오로 계속하기' }).click();
    await page.getByLabel('이메일', { exact: true }).fill(email);
    await page.getByRole('button', { name: '동의하고 계속하기' }).click();
  };
  await agree();
  await expect(page.getByRole('heading', { level: 1, name: '회원가입' })).toBeVisible();
  await expectAccessible(page, 'sign-up by Kakao');
  await page.getByLabel('모두 동의합니다').check();
  await page.locator('form').getByRole('button', { name: '회원가입' }).click();
  await expect(page.getByRole('button', { name: '로그아웃' })).toBeVisible();
  await page.getByRole('button', { name: '로그아웃', exact: true }).click();
  await expect(page.getByRole('button', { name: '로그아웃', exact: true })).toHaveCount(0);
  await agree();
  await expect(page.getByRole('button', { name: '로그아웃' })).toBeVisible();

  await page.goto('/reset-password');
  await page.getByLabel('이메일').fill(email);
  await page.getByRole('button', { name: '링크 받기' }).click();
  await expect(page.getByText('곧 메일이 도착합니다', { exact: false })).toBeVisible();
  await expectAccessible(page, 'reset password');
  await page.goto('/verify-email?token=nonsense');
  await expect(page.getByRole('alert')).toBeVisible();
  await expectAccessible(page, 'verify e-mail');
});
