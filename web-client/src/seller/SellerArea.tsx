import { Alert, Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { createContext, lazy, use, useEffect, useState } from 'react';
import { Link, Navigate, Outlet, Route, Routes } from 'react-router';
import { ForbiddenPage } from '../app/Guard';
import { NotFoundPage } from '../app/NotFoundPage';
import { WorkArea } from '../app/WorkArea';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { session, useSession } from '../session';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { PageTitle } from '../ui/PageTitle';
import { RowsSkeleton } from '../ui/Skeletons';
import { StateBadge } from '../ui/StateBadge';
import { useToast } from '../ui/toast';
import { ApplyPage } from './ApplyPage';
import { DocumentsForm } from './DocumentsForm';
import { NewProductPage } from './NewProductPage';
import { ActivateSellerDocument, MySellersDocument, type OwnSellerFragment } from './operations';
import { SellerOrdersPage } from './SellerOrdersPage';
import { SellerProductsPage } from './SellerProductsPage';

const SellerClaimsPage = lazy(() => import('./SellerClaimsPage'));
const SellerClaimPage = lazy(() => import('./SellerClaimPage'));
const SellerReviewsPage = lazy(() => import('./SellerReviewsPage'));
const SellerCouponsPage = lazy(() => import('./SellerCouponsPage'));
const NewCouponPage = lazy(() => import('./NewCouponPage'));
const StatementsPage = lazy(() => import('./StatementsPage'));
const StatementPage = lazy(() => import('./StatementPage'));
const SettlementItemsPage = lazy(() => import('./SettlementItemsPage'));
const EditProductPage = lazy(() => import('./EditProductPage'));
const OptionsPage = lazy(() => import('./OptionsPage'));
const ParticularsPage = lazy(() => import('./ParticularsPage'));
const DocumentsPage = lazy(() => import('./DocumentsPage'));
const LowStockPage = lazy(() => import('./LowStockPage'));

const SellerContext = createContext<OwnSellerFragment | null>(null);

/** The shop whose pages are open. */
export function useOwnSeller(): OwnSellerFragment {
  const seller = use(SellerContext);
  if (seller === null) throw new Error('useOwnSeller needs a shop above it.');
  return seller;
}

export default function SellerArea() {
  const { m } = useI18n();
  const links = [
    { to: '/seller', label: m.seller.ordersMenu, end: true },
    { to: '/seller/claims', label: m.seller.claimsTitle },
    { to: '/seller/products', label: m.seller.productsMenu, end: true },
    { to: '/seller/products/new', label: m.seller.newProduct },
    { to: '/seller/stock', label: m.seller.lowStock },
    { to: '/seller/reviews', label: m.seller.reviewsTitle },
    { to: '/seller/coupons', label: m.seller.couponsTitle },
    { to: '/seller/settlements', label: m.money.statements },
    { to: '/seller/particulars', label: m.particulars.title },
    { to: '/seller/documents', label: m.seller.documentsTitle },
    { to: '/seller/apply', label: m.seller.apply },
  ];
  return (
    <WorkArea name={m.seller.title} menu={m.seller.menu} links={links}>
      <Routes>
        <Route path="apply" element={<ApplyPage />} />
        <Route element={<OwnShop />}>
          <Route index element={<SellerOrdersPage />} />
          {/* Where notifications lead. */}
          <Route path="orders" element={<Navigate to="/seller" replace />} />
          <Route path="claims" element={<SellerClaimsPage />} />
          <Route path="claims/:id" element={<SellerClaimPage />} />
          <Route path="products" element={<SellerProductsPage />} />
          <Route path="products/new" element={<NewProductPage />} />
          <Route path="products/:id" element={<EditProductPage />} />
          <Route path="products/:id/options" element={<OptionsPage />} />
          <Route path="stock" element={<LowStockPage />} />
          <Route path="reviews" element={<SellerReviewsPage />} />
          <Route path="coupons" element={<SellerCouponsPage />} />
          <Route path="coupons/new" element={<NewCouponPage />} />
          <Route path="settlements" element={<StatementsPage />} />
          <Route path="settlements/items" element={<SettlementItemsPage />} />
          <Route path="settlements/:id" element={<StatementPage />} />
          <Route path="particulars" element={<ParticularsPage />} />
          <Route path="documents" element={<DocumentsPage />} />
          <Route path="*" element={<NotFoundPage />} />
        </Route>
      </Routes>
    </WorkArea>
  );
}

const mostTries = 6;
const worksIn: readonly OwnSellerFragment['state'][] = ['ACTIVE', 'ON_HOLIDAY', 'RESTRICTED', 'SUSPENDED'];

/** Finds the reader's shops, lets them choose among several, and shows what is missing before one can sell. */
function OwnShop() {
  const { m } = useI18n();
  const [chosenId, setChosenId] = useState<string | null>(null);
  const { data, loading, failure, reload } = useApiQuery(MySellersDocument, {}, { dependsOn: ['Seller'] });
  const sellers = data?.mySellers ?? [];
  const chosen =
    sellers.find((seller) => seller.id === chosenId) ??
    sellers.find((seller) => worksIn.includes(seller.state)) ??
    sellers[0];

  if (loading) return <RowsSkeleton />;
  if (failure) return <FailureAlert failure={failure} onRetry={reload} />;
  if (!chosen) return <NoShop />;
  return (
    <SellerContext value={chosen}>
      <Group mb="md" align="flex-end">
        {sellers.length > 1 ? (
          <NativeSelect
            label={m.seller.shop}
            value={chosen.id}
            onChange={(event) => setChosenId(event.currentTarget.value)}
            data={sellers.map((seller) => ({ value: seller.id, label: seller.name }))}
          />
        ) : (
          <Text fw={700}>{chosen.name}</Text>
        )}
        <StateBadge state={chosen.state} label={m.states.seller[chosen.state]} />
      </Group>
      <Standing seller={chosen} />
      {worksIn.includes(chosen.state) && <WithScope key={chosen.id} />}
    </SellerContext>
  );
}

/** A shop's pages need the seller's scope, which a shop just opened brings to the next tokens a moment later. */
function WithScope() {
  const { scopes } = useSession();
  const granted = scopes.includes('seller');
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (granted || tries >= mostTries) return;
    const timer = window.setTimeout(() => void session.refresh().then(() => setTries(tries + 1)), tries * 700);
    return () => window.clearTimeout(timer);
  }, [granted, tries]);
  if (granted) return <Outlet />;
  return tries < mostTries ? <RowsSkeleton /> : <ForbiddenPage />;
}

function NoShop() {
  const { m } = useI18n();
  return (
    <>
      <PageTitle title={m.seller.title} />
      <EmptyState text={m.seller.none} hint={m.seller.noneHint}>
        <Button component={Link} to="/seller/apply">
          {m.seller.apply}
        </Button>
      </EmptyState>
    </>
  );
}

/** Says where a shop stands on its way to selling, and offers the owner's next step. */
function Standing({ seller }: { seller: OwnSellerFragment }) {
  const { m } = useI18n();
  const toast = useToast();
  const activate = useAction(ActivateSellerDocument, (data) => data.activateSeller, ['Seller']);
  const open = async () => {
    if (await activate.run({ input: { sellerId: seller.id } })) toast(m.seller.activated);
  };
  if (seller.state === 'ACTIVE') return null;
  const takesDocuments = seller.state === 'APPLIED' || seller.state === 'DOCS_REQUIRED';
  return (
    <Stack mb="lg">
      {!worksIn.includes(seller.state) && <PageTitle title={seller.name} />}
      <Alert color="blue" role="status">
        {m.seller.stateText[seller.state]}
      </Alert>
      {seller.state === 'APPROVED' && (
        <div>
          <Button loading={activate.busy} onClick={() => void open()}>
            {m.seller.activate}
          </Button>
          <FailureAlert failure={activate.failure} />
        </div>
      )}
      {takesDocuments && <DocumentsForm sellerId={seller.id} />}
    </Stack>
  );
}
