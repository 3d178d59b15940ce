import { Route, Routes } from 'react-router';
import { NotFoundPage } from '../app/NotFoundPage';
import { WorkArea } from '../app/WorkArea';
import { useI18n } from '../i18n';
import { AdminOrdersPage } from './AdminOrdersPage';
import { DashboardPage } from './DashboardPage';
import { ReviewPage } from './ReviewPage';
import { SellersPage } from './SellersPage';

export default function AdminArea() {
  const { m } = useI18n();
  const links = [
    { to: '/admin', label: m.admin.dashboard, end: true },
    { to: '/admin/orders', label: m.admin.ordersMenu },
    { to: '/admin/products', label: m.admin.productsMenu },
    { to: '/admin/sellers', label: m.admin.sellersMenu },
  ];
  return (
    <WorkArea name={m.admin.title} menu={m.admin.menu} links={links}>
      <Routes>
        <Route index element={<DashboardPage />} />
        <Route path="orders" element={<AdminOrdersPage />} />
        <Route path="products" element={<ReviewPage />} />
        <Route path="sellers" element={<SellersPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Routes>
    </WorkArea>
  );
}
