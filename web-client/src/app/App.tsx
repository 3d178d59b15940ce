import { lazy, Suspense, useMemo } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { Provider } from 'urql';
import { createApiClient } from '../api/client';
import { useI18n } from '../i18n';
import { useSession } from '../session';
import { HomePage } from '../shop/pages/HomePage';
import { CategoryPage } from '../shop/pages/ListingPages';
import { SearchPage } from '../shop/pages/SearchPage';
import { ProductPage } from '../shop/pages/ProductPage';
import { RowsSkeleton } from '../ui/Skeletons';
import { ToastProvider } from '../ui/toast';
import { CrashBoundary } from './CrashBoundary';
import { Guard } from './Guard';
import { Layout } from './Layout';
import { NotFoundPage } from './NotFoundPage';

const CartPage = lazy(() => import('../shop/pages/CartPage'));
const CheckoutPage = lazy(() => import('../shop/pages/CheckoutPage'));
const PaymentSuccessPage = lazy(() => import('../shop/pages/PaymentSuccessPage'));
const PaymentFailPage = lazy(() => import('../shop/pages/PaymentFailPage'));
const OrdersPage = lazy(() => import('../shop/pages/OrdersPage'));
const OrderPage = lazy(() => import('../shop/pages/OrderPage'));
const ClaimsPage = lazy(() => import('../shop/pages/ClaimsPage'));
const ClaimPage = lazy(() => import('../shop/pages/ClaimPage'));
const OpenClaimPage = lazy(() => import('../shop/pages/OpenClaimPage'));
const CouponsPage = lazy(() => import('../shop/pages/CouponsPage'));
const MyReviewsPage = lazy(() => import('../shop/pages/MyReviewsPage'));
const WriteReviewPage = lazy(() => import('../shop/pages/WriteReviewPage'));
const EditReviewPage = lazy(() => import('../shop/pages/EditReviewPage'));
const NotificationsPage = lazy(() => import('../shop/pages/NotificationsPage'));
const NotificationSettingsPage = lazy(() => import('../shop/pages/NotificationSettingsPage'));
const SignInPage = lazy(() => import('../shop/pages/SignInPage'));
const OauthCallbackPage = lazy(() => import('../shop/pages/OauthCallbackPage'));
const VerifyEmailPage = lazy(() => import('../shop/pages/VerifyEmailPage'));
const ResetPasswordPage = lazy(() => import('../shop/pages/ResetPasswordPage'));
const SignUpPage = lazy(() => import('../shop/pages/SignUpPage'));
const MyPage = lazy(() => import('../shop/pages/MyPage'));
const SecurityPage = lazy(() => import('../shop/pages/SecurityPage'));
const AdultPage = lazy(() => import('../shop/pages/AdultPage'));
const WishlistPage = lazy(() => import('../shop/pages/WishlistPage'));
const SellerArea = lazy(() => import('../seller/SellerArea'));
const AdminArea = lazy(() => import('../admin/AdminArea'));

export function App() {
  const { language } = useI18n();
  const { generation } = useSession();
  // A new client has an empty cache: nothing of one reader, or in one language, is shown to the next.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const client = useMemo(() => createApiClient(language), [language, generation]);
  return (
    <Provider value={client}>
      <ToastProvider>
        <Layout>
          <CrashBoundary>
            <Suspense fallback={<RowsSkeleton />}>
              <Routes>
                <Route index element={<HomePage />} />
                <Route path="c/:slug" element={<CategoryPage />} />
                <Route path="search" element={<SearchPage />} />
                <Route path="p/:id" element={<ProductPage />} />
                <Route path="cart" element={<CartPage />} />
                <Route path="sign-in" element={<SignInPage />} />
                <Route path="sign-up" element={<SignUpPage />} />
                <Route path="oauth/callback" element={<OauthCallbackPage />} />
                <Route path="verify-email" element={<VerifyEmailPage />} />
                <Route path="reset-password" element={<ResetPasswordPage />} />
                <Route element={<Guard />}>
                  <Route path="checkout" element={<CheckoutPage />} />
                  <Route path="checkout/success" element={<PaymentSuccessPage />} />
                  <Route path="checkout/fail" element={<PaymentFailPage />} />
                  <Route path="orders" element={<OrdersPage />} />
                  <Route path="orders/:id" element={<OrderPage />} />
                  <Route path="orders/:id/claim/:lineId" element={<OpenClaimPage />} />
                  <Route path="claims" element={<ClaimsPage />} />
                  <Route path="claims/:id" element={<ClaimPage />} />
                  <Route path="my" element={<MyPage />} />
                  <Route path="orders/:id/review/:lineId" element={<WriteReviewPage />} />
                  <Route path="my/coupons" element={<CouponsPage />} />
                  <Route path="my/reviews" element={<MyReviewsPage />} />
                  <Route path="my/reviews/:id/edit" element={<EditReviewPage />} />
                  {/* Where notifications lead. */}
                  <Route path="account/coupons" element={<Navigate to="/my/coupons" replace />} />
                  <Route path="my/security" element={<SecurityPage />} />
                  <Route path="my/adult" element={<AdultPage />} />
                  <Route path="notifications" element={<NotificationsPage />} />
                  <Route path="my/notifications" element={<NotificationSettingsPage />} />
                  <Route path="wishlist" element={<WishlistPage />} />
                  <Route path="seller/*" element={<SellerArea />} />
                </Route>
                <Route element={<Guard scope="staff" />}>
                  <Route path="admin/*" element={<AdminArea />} />
                </Route>
                <Route path="*" element={<NotFoundPage />} />
              </Routes>
            </Suspense>
          </CrashBoundary>
        </Layout>
      </ToastProvider>
    </Provider>
  );
}
