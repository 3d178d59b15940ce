import { expect, test } from '@playwright/test';
import { ask, demo, expectAccessible, newBuyer, signIn, signUp } from './market';

test('a member of the staff sees what the roles permit, and nothing else', async ({ page, request }) => {
  const member = newBuyer();
  await signUp(page, member);
  const { me } = await ask<{ me: { id: string } }>(request, member, '{ me { id } }');
  const listing = '{ roles { id permissions } }';
  const { roles } = await ask<{ roles: { id: string; permissions: string[] }[] }>(request, demo.staff, listing);
  const auditor = roles.find((role) => role.permissions.join() === 'AUDIT_READ');
  const input = { userId: me.id, name: '새 동료', reason: '감사 담당', roleIds: [auditor?.id] };
  const asked = await ask<{ requestStaffRoles: { approvalRequest: { id: string } } }>(
    request,
    demo.staff,
    'mutation ($input: RequestStaffRolesInput!) { requestStaffRoles(input: $input) { approvalRequest { id } } }',
    { input },
  );
  await ask(
    request,
    demo.approver,
    'mutation ($input: ApprovalIdInput!) { approveRequest(input: $input) { userErrors { code } } }',
    { input: { approvalId: asked.requestStaffRoles.approvalRequest.id } },
  );

  // The next token has the new scope, once the accounts have heard of it.
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('link', { name: '관리자', exact: true })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await page.goto('/admin');
  const menu = page.getByRole('navigation', { name: '관리자 메뉴' });
  await expect(menu.getByRole('link')).toHaveText(['대시보드', '운영자', '감사 기록', '대리 조회']);
  await expect(page.getByRole('heading', { name: '서비스 상태' })).toBeVisible();
  await expect(page.getByText('오늘 매출')).toHaveCount(0);
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expectAccessible(page, 'dashboard of an auditor');
  await page.goto('/admin/payouts');
  await expect(page.getByRole('heading', { level: 1, name: '볼 수 없는 페이지입니다' })).toBeVisible();
  await page.goto('/admin/audit');
  await expect(page.getByRole('heading', { level: 1, name: '감사 기록' })).toBeVisible();
  await page.goto('/admin/staff');
  await expect(page.getByText('새 동료').first()).toBeVisible();
  await expect(page.getByRole('button', { name: '역할 요청' })).toHaveCount(0);
});

test('staff hide a reported review', async ({ page, request }) => {
  const buyer = newBuyer();
  await signUp(page, buyer);
  const listing = '{ products(first: 30) { nodes { reviews(first: 5) { nodes { id body } } } } }';
  type Found = { products: { nodes: { reviews: { nodes: { id: string; body: string }[] } }[] } };
  const { products } = await ask<Found>(request, buyer, listing);
  const reviews = products.nodes.flatMap((product) => product.reviews.nodes);
  const review = reviews[Date.now() % reviews.length];
  if (review === undefined) throw new Error('The demo market has no reviews.');
  const report = 'mutation ($input: ReportReviewInput!) { reportReview(input: $input) { userErrors { code } } }';
  const detail = `이 상품을 쓴 글이 아닙니다. ${Date.now()}`;
  await ask(request, buyer, report, { input: { reviewId: review.id, reason: 'UNRELATED', detail } });
  await page.getByRole('button', { name: '로그아웃', exact: true }).click();
  await expect(page.getByRole('button', { name: '로그아웃', exact: true })).toHaveCount(0);

  await signIn(page, demo.staff, demo.password, '/admin/reviews');
  const row = page.locator('main section').filter({ hasText: detail });
  await expect(row).toBeVisible();
  await expectAccessible(page, 'reported reviews');
  await row.getByRole('button', { name: /리뷰 숨기기$/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('사유').fill('상품과 무관한 글');
  await expectAccessible(page, 'hiding a review');
  await dialog.getByRole('button', { name: '숨기기' }).click();
  await expect(page.getByText('리뷰를 숨겼습니다.')).toBeVisible();
  await expect(row).toHaveCount(0);
});

test('an API client gets a key that is shown once, and loses it', async ({ page }) => {
  const name = `물류 연동 ${Date.now()}`;
  await signIn(page, demo.staff, demo.password, '/admin/clients');
  await page.getByRole('button', { name: '클라이언트 만들기' }).click();
  await expect(page.getByLabel('클라이언트 이름')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('클라이언트 이름').fill(name);
  await page.getByLabel('담당자 이메일').fill('partner@example.com');
  await page.getByLabel('용도').fill('창고 시스템이 상품을 읽습니다.');
  await page.getByRole('button', { name: '클라이언트 만들기' }).click();
  await expect(page.getByText('클라이언트를 만들었습니다.', { exact: false })).toBeVisible();
  const client = page.locator('main section').filter({ hasText: name });
  await client.getByRole('button', { name: `${name} 키 발급` }).click();
  const secret = await page.getByTestId('api-key').innerText();
  expect(secret.length).toBeGreaterThan(20);
  await expectAccessible(page, 'API clients');
  await page.reload();
  await expect(client).toBeVisible();
  await expect(page.getByText(secret)).toHaveCount(0);
  await client.getByRole('button', { name: `${name} 폐기` }).click();
  await client.getByRole('button', { name: '폐기', exact: true }).click();
  await expect(page.getByText('클라이언트를 폐기했습니다.')).toBeVisible();
  await expect(client.getByRole('button')).toHaveCount(0);
});

test('staff end a look at the market as a buyer', async ({ page, request }) => {
  const buyer = newBuyer();
  await signUp(page, buyer);
  const { me } = await ask<{ me: { id: string } }>(request, buyer, '{ me { id } }');
  await page.getByRole('button', { name: '로그아웃', exact: true }).click();
  await expect(page.getByRole('button', { name: '로그아웃', exact: true })).toHaveCount(0);
  const reason = `문의 확인 ${Date.now()}`;
  const start = 'mutation ($input: StartImpersonationInput!) { startImpersonation(input: $input) { userErrors { code } } }';
  const begun = await ask<{ startImpersonation: { userErrors: unknown[] } }>(request, demo.staff, start, {
    input: { userId: me.id, reason },
  });
  expect(begun.startImpersonation.userErrors).toEqual([]);

  await signIn(page, demo.staff, demo.password, '/admin/impersonations');
  const look = page.locator('main section').filter({ hasText: reason });
  await look.getByRole('button', { name: /대리 조회 끝내기$/ }).click();
  await page.getByRole('dialog').getByLabel('끝내는 사유').fill('확인했습니다.');
  await expectAccessible(page, 'ending an impersonation');
  await page.getByRole('dialog').getByRole('button', { name: '끝내기' }).click();
  await expect(page.getByText('대리 조회를 끝냈습니다.')).toBeVisible();
  await expect(look.getByRole('button')).toHaveCount(0);
});

test('staff keep the categories and the brands', async ({ page }) => {
  const mark = Date.now().toString(36);
  const [parent, child, brand] = [`공예 ${mark}`, `나무 ${mark}`, `도아 ${mark}`];
  const dialog = page.getByRole('dialog');
  const press = (name: string) => dialog.getByRole('button', { name, exact: true }).click();
  await signIn(page, demo.staff, demo.password, '/admin/categories');
  await page.getByRole('button', { name: '최상위 카테고리 추가' }).click();
  await dialog.getByLabel('이름', { exact: false }).first().fill(parent);
  await dialog.getByLabel('주소 이름').fill('공예');
  await press('추가');
  await expect(dialog.getByLabel('주소 이름')).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page, 'new category');
  await dialog.getByLabel('주소 이름').fill(`craft-${mark}`);
  await press('추가');
  await page.getByRole('button', { name: `${parent} 아래에 카테고리 추가` }).click();
  await dialog.getByLabel('이름', { exact: false }).first().fill(child);
  await dialog.getByLabel('주소 이름').fill(`wood-${mark}`);
  await press('추가');
  await page.getByRole('button', { name: `${parent} 없애기` }).click();
  await expect(dialog.getByRole('button', { name: '없애기', exact: true })).toBeDisabled();
  await press('돌아가기');
  await page.getByRole('button', { name: `${child} 옮기기` }).click();
  await dialog.getByLabel('새 상위 카테고리').selectOption('최상위');
  await press('옮기기');
  await expect(page.getByText('옮겼습니다.', { exact: true })).toBeVisible();
  for (const name of [child, parent]) {
    await page.getByRole('button', { name: `${name} 없애기` }).click();
    await press('없애기');
    await expect(page.getByRole('button', { name: `${name} 없애기` })).toHaveCount(0);
  }

  await page.goto('/admin/brands');
  await page.getByLabel('브랜드 이름').fill(brand);
  await page.getByRole('button', { name: '브랜드 추가' }).click();
  await expect(page.getByText('추가했습니다.', { exact: true })).toBeVisible();
  // Brands stand by name, over several pages: the new one may be on a later one.
  const rename = page.getByRole('button', { name: `${brand} 이름 바꾸기` });
  const next = page.getByRole('link', { name: '다음' });
  await page.reload();
  await expect(page.locator('main li').first()).toBeVisible();
  while (!(await rename.isVisible()) && (await next.isVisible())) {
    const address = page.url();
    await next.click();
    await expect(page).not.toHaveURL(address);
    await page.waitForLoadState('networkidle');
  }
  await rename.click();
  await dialog.getByLabel('이름', { exact: false }).first().fill(`${brand}가`);
  await expectAccessible(page, 'renaming a brand');
  await press('이름 바꾸기');
  await page.getByRole('button', { name: `${brand}가 없애기` }).click();
  await expect(dialog.getByLabel('상품이 옮겨 갈 곳')).toBeVisible();
  await press('없애기');
  await expect(page.getByText('없앴습니다.', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: `${brand}가 없애기` })).toHaveCount(0);
});
