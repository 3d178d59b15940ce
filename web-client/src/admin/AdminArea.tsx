import { lazy, type ReactNode } from 'react';
import { Route, Routes, useLocation } from 'react-router';
import { useApiQuery } from '../api/hooks';
import { ForbiddenPage } from '../app/Guard';
import { NotFoundPage } from '../app/NotFoundPage';
import { WorkArea } from '../app/WorkArea';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { RowsSkeleton } from '../ui/Skeletons';
import { AdminOrdersPage } from './AdminOrdersPage';
import { ApprovalsPage } from './ApprovalsPage';
import { AuditPage } from './AuditPage';
import { ComplaintsPage } from './ComplaintsPage';
import { DashboardPage } from './DashboardPage';
import { NoticesPage } from './NoticesPage';
import { MyStaffDocument, type Permission } from './operations';
import { ReviewPage } from './ReviewPage';
import { SellersPage } from './SellersPage';
import { adminLinks, isOpenTo, PermissionsContext } from './staff';
import { StaffPage } from './StaffPage';

const AdminOrderPage = lazy(() => import('./AdminOrderPage'));
const DisputesPage = lazy(() => import('./DisputesPage'));
const DisputePage = lazy(() => import('./DisputePage'));
const ReportedReviewsPage = lazy(() => import('./ReportedReviewsPage'));
const CorrectionsPage = lazy(() => import('./CorrectionsPage'));
const PayoutsPage = lazy(() => import('./PayoutsPage'));
const CategoriesPage = lazy(() => import('./CategoriesPage'));
const BrandsPage = lazy(() => import('./BrandsPage'));
const PaymentsPage = lazy(() => import('./PaymentsPage'));
const ImpersonationsPage = lazy(() => import('./ImpersonationsPage'));
const ClientsPage = lazy(() => import('./ClientsPage'));

export default function AdminArea() {
  const { m } = useI18n();
  const { data, loading, failure, reload } = useApiQuery(MyStaffDocument, {}, { policy: 'cache-first' });
  if (loading) return <RowsSkeleton />;
  if (failure) return <FailureAlert failure={failure} onRetry={reload} />;
  const permissions = data?.myStaff?.permissions ?? [];
  const links = adminLinks(m).filter((link) => isOpenTo(permissions, link));
  return (
    <PermissionsContext value={permissions}>
      <WorkArea name={m.admin.title} menu={m.admin.menu} links={links}>
        <Allowed permissions={permissions}>
          <Routes>
            <Route index element={<DashboardPage />} />
            <Route path="orders" element={<AdminOrdersPage />} />
            <Route path="orders/:id" element={<AdminOrderPage />} />
            <Route path="claims" element={<DisputesPage />} />
            <Route path="claims/:id" element={<DisputePage />} />
            <Route path="products" element={<ReviewPage />} />
            <Route path="categories" element={<CategoriesPage />} />
            <Route path="brands" element={<BrandsPage />} />
            <Route path="reviews" element={<ReportedReviewsPage />} />
            <Route path="sellers" element={<SellersPage />} />
            <Route path="corrections" element={<CorrectionsPage />} />
            <Route path="payouts" element={<PayoutsPage />} />
            <Route path="payments" element={<PaymentsPage />} />
            <Route path="approvals" element={<ApprovalsPage />} />
            <Route path="complaints" element={<ComplaintsPage />} />
            <Route path="notices" element={<NoticesPage />} />
            <Route path="clients" element={<ClientsPage />} />
            <Route path="staff" element={<StaffPage />} />
            <Route path="audit" element={<AuditPage />} />
            <Route path="impersonations" element={<ImpersonationsPage />} />
            <Route path="*" element={<NotFoundPage />} />
          </Routes>
        </Allowed>
      </WorkArea>
    </PermissionsContext>
  );
}

/** A page whose address was typed is as closed as its link is absent. */
function Allowed({ permissions, children }: { permissions: readonly Permission[]; children: ReactNode }) {
  const { m } = useI18n();
  const { pathname } = useLocation();
  const area = pathname.split('/').slice(0, 3).join('/');
  const link = adminLinks(m).find((one) => one.to === area);
  return link === undefined || isOpenTo(permissions, link) ? children : <ForbiddenPage />;
}
