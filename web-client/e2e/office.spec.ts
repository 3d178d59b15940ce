import { expect, test } from '@playwright/test';
import { ask, demo, expectAccessible, newBuyer, orderPaid, signIn, signUp } from './market';

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

test('a look at the market as a buyer is over when it is ended elsewhere, and when its time is', async ({ page, request }) => {
  const buyer = newBuyer();
  await signUp(page, buyer);
  const { me } = await ask<{ me: { id: string } }>(request, buyer, '{ me { id } }');
  await page.getByRole('button', { name: '로그아웃', exact: true }).click();
  await expect(page.getByRole('button', { name: '로그아웃', exact: true })).toHaveCount(0);
  const reason = `문의 확인 ${Date.now()}`;
  const banner = page.getByText('김도아 님으로 보는 중입니다.', { exact: false });
  const over = page.getByText('김도아 님 대리 조회가 시간이 지났거나 다른 곳에서 끝났습니다.', { exact: false });
  const begin = async () => {
    await page.getByRole('button', { name: '대리 조회 시작' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('사유').fill(reason);
    await dialog.getByLabel('회원 식별자').fill('김도아');
    await dialog.getByRole('button', { name: '조회 시작' }).click();
    await expect(dialog.getByLabel('회원 식별자')).toHaveAttribute('aria-invalid', 'true');
    await dialog.getByLabel('회원 식별자').fill(me.id);
    await dialog.getByRole('button', { name: '조회 시작' }).click();
    await expect(banner).toBeVisible();
  };
  await signIn(page, demo.staff, demo.password, '/admin/impersonations');
  await begin();

  const other = await page.context().newPage();
  await other.goto('/admin/impersonations');
  const look = other.locator('main section').filter({ hasText: reason });
  await look.getByRole('button', { name: /대리 조회 끝내기$/ }).click();
  await other.getByRole('dialog').getByLabel('끝내는 사유').fill('확인했습니다.');
  await expectAccessible(other, 'ending an impersonation');
  await other.getByRole('dialog').getByRole('button', { name: '끝내기' }).click();
  await expect(other.getByText('대리 조회를 끝냈습니다.')).toBeVisible();
  await expect(look.getByRole('button')).toHaveCount(0);
  await other.close();
  await page.getByRole('link', { name: '마이페이지' }).click();
  await expect(page).toHaveURL(/\/admin\/impersonations$/);
  await expect(over).toBeVisible();
  await page.getByRole('button', { name: '닫기' }).click();
  await expect(over).toHaveCount(0);

  await page.clock.install();
  await page.reload();
  await begin();
  await page.clock.fastForward('16:00');
  await expect(over).toBeVisible();
  await expect(page).toHaveURL(/\/admin\/impersonations$/);
  await expect(page.getByRole('heading', { level: 1, name: '대리 조회' })).toBeVisible();
});

test('staff look at the market as the buyer of an order, change nothing, and come back', async ({ page, browser }) => {
  test.setTimeout(150_000);
  const sellerContext = await browser.newContext();
  const buyerContext = await browser.newContext();
  const buyer = await buyerContext.newPage();
  const { title, number } = await orderPaid(await sellerContext.newPage(), buyer);
  await sellerContext.close();
  await buyerContext.close();

  await signIn(page, demo.staff, demo.password, '/admin/orders');
  await page.getByRole('link', { name: number }).click();
  await expect(page.getByRole('heading', { level: 1, name: `주문 ${number}` })).toBeVisible();
  const orderPage = page.url();
  await page.getByRole('button', { name: '김도아 님으로 보기' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '조회 시작' }).click();
  await expect(dialog.getByLabel('사유')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('사유').fill('주문이 보이지 않는다는 문의');
  await dialog.getByLabel('시간 (분)').fill('5');
  await expectAccessible(page, 'beginning to look');
  await dialog.getByRole('button', { name: '조회 시작' }).click();
  const banner = page.getByText('김도아 님으로 보는 중입니다.', { exact: false });
  await expect(banner).toBeVisible();
  await expect(page.getByRole('link', { name: '관리자', exact: true })).toHaveCount(0);
  await expect(page.getByRole('button', { name: '로그아웃', exact: true })).toHaveCount(0);
  await expectAccessible(page, 'home of somebody else');
  await page.goto('/orders');
  await expect(page.getByText(title).first()).toBeVisible();
  await expect(banner).toBeVisible();

  await page.goto(orderPage.replace('/admin', ''));
  await page.getByRole('button', { name: `${title} 주문 취소` }).click();
  await dialog.getByRole('button', { name: '취소하기' }).click();
  await expect(page.getByText('이 작업을 할 권한이 없습니다.')).toBeVisible();
  await dialog.getByRole('button', { name: '주문 유지' }).click();

  const other = await page.context().newPage();
  await other.goto('/admin');
  await expect(other.getByRole('heading', { level: 1, name: '대시보드' })).toBeVisible();
  await expect(other.getByText('보는 중입니다', { exact: false })).toHaveCount(0);
  await other.close();

  await page.getByRole('button', { name: '김도아 님 대리 조회 끝내기' }).click();
  await dialog.getByLabel('끝내는 사유').fill('확인했습니다.');
  await expectAccessible(page, 'ending a look');
  await dialog.getByRole('button', { name: '끝내기' }).click();
  await expect(page).toHaveURL(orderPage);
  await expect(page.getByText('김도아 님 대리 조회를 끝냈습니다. 다시 내 계정으로 봅니다.')).toBeVisible();
  await expect(banner).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1, name: `주문 ${number}` })).toBeVisible();
  await expectAccessible(page, 'own session again');
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
