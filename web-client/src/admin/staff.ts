import { createContext, use } from 'react';
import type { Messages } from '../i18n/messages';
import type { Permission } from './operations';

/** What the reader's roles permit. */
export const PermissionsContext = createContext<readonly Permission[]>([]);

export function usePermissions(): (permission: Permission) => boolean {
  const permissions = use(PermissionsContext);
  return (permission) => permissions.includes(permission);
}

export interface AdminLink {
  to: string;
  label: string;
  end?: boolean;
  /** One of these is enough; without any the page is for all staff. */
  needs: readonly Permission[];
}

/** The admin's pages, and what each is read by. The API enforces the same. */
export function adminLinks(m: Messages): readonly AdminLink[] {
  return [
    { to: '/admin', label: m.admin.dashboard, end: true, needs: [] },
    { to: '/admin/orders', label: m.admin.ordersMenu, needs: ['ORDERS'] },
    { to: '/admin/claims', label: m.office.claimsTitle, needs: ['ORDERS'] },
    { to: '/admin/products', label: m.admin.productsMenu, needs: ['PRODUCTS'] },
    { to: '/admin/categories', label: m.catalogue.categoriesTitle, needs: ['PRODUCTS'] },
    { to: '/admin/brands', label: m.catalogue.brandsTitle, needs: ['PRODUCTS'] },
    { to: '/admin/reviews', label: m.office.reviewsTitle, needs: ['REVIEWS'] },
    { to: '/admin/sellers', label: m.admin.sellersMenu, needs: ['SELLERS'] },
    { to: '/admin/corrections', label: m.particulars.correctionsTitle, needs: ['SELLERS'] },
    { to: '/admin/payouts', label: m.money.payoutsTitle, needs: ['SETTLEMENTS'] },
    { to: '/admin/payments', label: m.control.paymentsTitle, needs: ['SETTLEMENTS'] },
    // Who asks for approval follows it here too.
    { to: '/admin/approvals', label: m.office.approvalsTitle, needs: ['APPROVAL_DECIDE', 'STAFF_MANAGE', 'ORDERS'] },
    { to: '/admin/complaints', label: m.office.complaintsTitle, needs: ['COMPLAINT_HANDLE'] },
    { to: '/admin/notices', label: m.office.noticesTitle, needs: ['NOTICE_WRITE'] },
    { to: '/admin/clients', label: m.office.clientsTitle, needs: ['CLIENTS'] },
    { to: '/admin/staff', label: m.office.staffTitle, needs: [] },
    { to: '/admin/audit', label: m.office.auditTitle, needs: ['AUDIT_READ'] },
    { to: '/admin/impersonations', label: m.control.looksTitle, needs: ['AUDIT_READ', 'IMPERSONATE'] },
  ];
}

export function isOpenTo(permissions: readonly Permission[], { needs }: Pick<AdminLink, 'needs'>): boolean {
  return needs.length === 0 || needs.some((permission) => permissions.includes(permission));
}
