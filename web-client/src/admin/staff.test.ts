import { describe, expect, it } from 'vitest';
import { ko } from '../i18n/ko';
import type { Permission } from './operations';
import { adminLinks, isOpenTo } from './staff';

function pagesFor(permissions: Permission[]): string[] {
  return adminLinks(ko)
    .filter((link) => isOpenTo(permissions, link))
    .map((link) => link.to);
}

describe('the admin’s menu', () => {
  it('has what everybody of the staff reads, and nothing else without a role', () => {
    expect(pagesFor([])).toEqual(['/admin', '/admin/staff']);
  });

  it('has what the roles permit', () => {
    expect(pagesFor(['AUDIT_READ'])).toEqual(['/admin', '/admin/staff', '/admin/audit', '/admin/impersonations']);
    expect(pagesFor(['IMPERSONATE'])).toEqual(['/admin', '/admin/staff', '/admin/impersonations']);
    const money = ['/admin', '/admin/reviews', '/admin/payouts', '/admin/payments', '/admin/staff'];
    expect(pagesFor(['SETTLEMENTS', 'REVIEWS'])).toEqual(money);
    expect(pagesFor(['PRODUCTS'])).toEqual(['/admin', '/admin/products', '/admin/categories', '/admin/brands', '/admin/staff']);
    expect(pagesFor(['SELLERS'])).toEqual(['/admin', '/admin/sellers', '/admin/corrections', '/admin/staff']);
    expect(pagesFor(['ORDERS'])).toContain('/admin/approvals');
  });
});
