import { Route, Routes } from 'react-router';
import { NotFoundPage } from '../app/NotFoundPage';
import { WorkArea } from '../app/WorkArea';
import { useI18n } from '../i18n';
import { AdminOrdersPage } from './AdminOrdersPage';
import { ApprovalsPage } from './ApprovalsPage';
import { AuditPage } from './AuditPage';
import { ComplaintsPage } from './ComplaintsPage';
import { DashboardPage } from './DashboardPage';
import { NoticesPage } from './NoticesPage';
import { ReviewPage } from './ReviewPage';
import { SellersPage } from './SellersPage';
import { StaffPage } from './StaffPage';

export default function AdminArea() {
  const { m } = useI18n();
  const links = [
    { to: '/admin', label: m.admin.dashboard, end: true },
    { to: '/admin/orders', label: m.admin.ordersMenu },
    { to: '/admin/products', label: m.admin.productsMenu },
    { to: '/admin/sellers', label: m.admin.sellersMenu },
    { to: '/admin/approvals', label: m.office.approvalsTitle },
    { to: '/admin/complaints', label: m.office.complaintsTitle },
    { to: '/admin/notices', label: m.office.noticesTitle },
    { to: '/admin/staff', label: m.office.staffTitle },
    { to: '/admin/audit', label: m.office.auditTitle },
  ];
  return (
    <WorkArea name={m.admin.title} menu={m.admin.menu} links={links}>
      <Routes>
        <Route index element={<DashboardPage />} />
        <Route path="orders" element={<AdminOrdersPage />} />
        <Route path="products" element={<ReviewPage />} />
        <Route path="sellers" element={<SellersPage />} />
        <Route path="approvals" element={<ApprovalsPage />} />
        <Route path="complaints" element={<ComplaintsPage />} />
        <Route path="notices" element={<NoticesPage />} />
        <Route path="staff" element={<StaffPage />} />
        <Route path="audit" element={<AuditPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Routes>
    </WorkArea>
  );
}
