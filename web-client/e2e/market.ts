import AxeBuilder from '@axe-core/playwright';
import { expect, type APIRequestContext, type Page } from '@playwright/test';

/** Logins that the demo seed makes. */
export const demo = {
  seller: process.env.E2E_SELLER ?? 'seller@doa.market',
  staff: process.env.E2E_STAFF ?? 'staff@doa.market',
  approver: process.env.E2E_APPROVER ?? 'approver@doa.market',
  password: process.env.E2E_PASSWORD ?? 'doa-market-demo',
};

export interface Buyer {
  email: string;
  password: string;
  name: string;
}

/** A buyer nobody has been before. */
export function newBuyer(): Buyer {
  const mark = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 7)}`;
  return { email: `buyer-${mark}@example.com`, password: `Pine-${mark}-tree!`, name: '김도아' };
}

/** The page, as it stands, has no accessibility fault that axe can find and does not scroll sideways. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  // Colours in the middle of a transition are nobody's colours.
  await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState !== 'running'));
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map((one) => ({
    rule: one.id,
    help: one.help,
    nodes: one.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`),
  }));
  expect(found, `accessibility of ${name}`).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, `sideways scroll of ${name}`).toBeLessThanOrEqual(0);
}

export async function signIn(page: Page, email: string, password: string, next = '/'): Promise<void> {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.getByLabel('이메일').fill(email);
  await page.getByLabel('비밀번호', { exact: false }).first().fill(password);
  await page.locator('form').getByRole('button', { name: '로그인' }).click();
  await expect(page).toHaveURL(new RegExp(`${next.replace(/[/?]/g, '\\$&')}$`));
  await expect(page.getByRole('button', { name: '로그아웃' })).toBeVisible();
}

export async function signUp(page: Page, buyer: Buyer): Promise<void> {
  await page.goto('/sign-up');
  await expectAccessible(page, 'sign-up');
  await page.getByLabel('이메일').first().fill(buyer.email);
  await page.locator('input[autocomplete="new-password"]').fill(buyer.password);
  await page.getByLabel('이름').fill(buyer.name);
  await page.getByLabel('휴대폰 번호').fill('010-1234-5678');
  await page.getByLabel('모두 동의합니다').check();
  await page.locator('form').getByRole('button', { name: '회원가입' }).click();
  await expect(page.getByRole('button', { name: '로그아웃' })).toBeVisible();
}

/** On a product's page: chooses the first value that can be bought of every option. */
export async function chooseOptions(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: '장바구니 담기' })).toBeEnabled();
  for (const group of await page.locator('main fieldset').all()) {
    const radio = group.locator('input[type="radio"]:not(:disabled)').first();
    if (!(await radio.isChecked())) await radio.check();
  }
}

/** Opens the first product of the home page that can be bought. */
export async function openProduct(page: Page): Promise<string> {
  await page.goto('/');
  const cards = page.locator('#new a[href^="/p/"]');
  await expect(cards.first()).toBeVisible();
  const addresses = await cards.evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  for (const address of addresses) {
    await page.goto(address);
    const buy = page.getByRole('button', { name: '장바구니 담기' });
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    if ((await buy.isVisible()) && (await buy.isEnabled())) return (await page.getByRole('heading', { level: 1 }).innerText()).trim();
  }
  throw new Error('None of the newest products can be bought.');
}

/** On the checkout page: fills a new address when none is saved, and presses pay; afterwards the page has this heading. */
export async function payFromCheckout(page: Page, heading = '주문이 완료되었습니다'): Promise<void> {
  const pay = page.getByRole('button', { name: /결제하기$/ });
  await expect(pay).toBeVisible();
  const zonecode = page.getByLabel('우편번호');
  if (await zonecode.isVisible()) {
    await page.getByLabel('받는 분').fill('김도아');
    await page.getByLabel('휴대폰 번호').fill('010-1234-5678');
    await zonecode.fill('06236');
    await page.getByLabel('도로명 주소').fill('서울특별시 강남구 테헤란로 123');
    await page.getByLabel('상세 주소').fill('101동 1203호');
  }
  await pay.click();
  // The payment window belongs to the payment provider, here the sandbox.
  await page.locator('#pay').click();
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
}

/** The order number that the page shows. */
export async function shownOrderNumber(page: Page): Promise<string> {
  const text = await page.getByText(/주문번호\s+\S+/).first().innerText();
  const number = /주문번호\s+(\S+)/.exec(text)?.[1];
  if (number === undefined) throw new Error(`No order number in “${text}”.`);
  return number;
}

/** A seller with a product on sale, and a buyer who has just paid for it. */
export async function orderPaid(seller: Page, buyer: Page): Promise<{ title: string; number: string }> {
  await signIn(seller, demo.seller, demo.password, '/seller/products?state=ON_SALE');
  const product = seller.locator('main section h2').first();
  await expect(product).toBeVisible();
  const title = (await product.innerText()).trim();
  await expectAccessible(seller, 'seller products');

  await signUp(buyer, newBuyer());
  await buyer.goto(`/search?q=${encodeURIComponent(title)}`);
  await buyer.locator('main a[href^="/p/"]').filter({ hasText: title }).first().click();
  await expect(buyer.getByRole('heading', { level: 1, name: title })).toBeVisible();
  await chooseOptions(buyer);
  await buyer.getByRole('button', { name: '바로 구매' }).click();
  await payFromCheckout(buyer);
  return { title, number: await shownOrderNumber(buyer) };
}

/** The seller prepares, ships and delivers what was paid. */
export async function deliver(seller: Page, { title, number }: { title: string; number: string }): Promise<void> {
  const order = () => seller.locator('main section').filter({ hasText: number }).first();
  await seller.goto('/seller');
  await order().getByRole('button', { name: `${title} 준비 시작` }).click();
  await expect(seller.getByText('상품 준비를 시작했습니다.')).toBeVisible();
  await seller.goto('/seller?state=PREPARING');
  await order().getByRole('button', { name: `${title} 발송 처리` }).click();
  await seller.getByRole('dialog').getByLabel('송장 번호').fill('1234567890');
  await seller.getByRole('dialog').getByRole('button', { name: '발송 처리' }).click();
  await expect(seller.getByText('발송 처리했습니다.')).toBeVisible();
  await seller.goto('/seller?state=SHIPPED');
  await order().getByRole('button', { name: `${title} 배송 완료 처리` }).click();
  await expect(seller.getByText('배송 완료로 바꾸었습니다.')).toBeVisible();
}

/** Asks the API as somebody, a demo login or a buyer, for what has no page, or belongs to another journey. */
export async function ask<Data>(
  request: APIRequestContext,
  who: string | Buyer,
  query: string,
  variables = {},
): Promise<Data> {
  const { email, password } = typeof who === 'string' ? { email: who, password: demo.password } : who;
  const post = async (body: object, token?: string) => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await request.post('/graphql', { data: body, headers });
    return (await answer.json()) as { data?: never; errors?: unknown };
  };
  const signIn = 'mutation ($input: SignInInput!) { signIn(input: $input) { tokens { accessToken } } }';
  const signedIn = await post({ query: signIn, variables: { input: { email, password } } });
  const token = (signedIn.data as unknown as { signIn: { tokens: { accessToken: string } } }).signIn.tokens.accessToken;
  const { data, errors } = await post({ query, variables }, token);
  if (data === undefined || errors !== undefined) throw new Error(JSON.stringify(errors));
  return data as Data;
}

/** The shop of the demo's seller. */
export async function demoSeller(request: APIRequestContext): Promise<string> {
  const { mySellers } = await ask<{ mySellers: { id: string }[] }>(request, demo.seller, '{ mySellers { id } }');
  const id = mySellers[0]?.id;
  if (id === undefined) throw new Error('The demo seller has no shop.');
  return id;
}
