import { Button, Group, SimpleGrid } from '@mantine/core';
import { Link } from 'react-router';
import { useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { FailureAlert } from '../../ui/FailureAlert';
import { PageTitle } from '../../ui/PageTitle';
import { RowsSkeleton } from '../../ui/Skeletons';
import { AddressBook } from '../my/AddressBook';
import { OwnData } from '../my/OwnData';
import { PasswordForm } from '../my/PasswordForm';
import { ProfileForm } from '../my/ProfileForm';
import { SessionList } from '../my/SessionList';
import { AccountDocument } from '../operations';

export default function MyPage() {
  const { m } = useI18n();
  const { data, loading, failure, reload } = useApiQuery(AccountDocument, {}, { dependsOn: ['Address', 'User'] });
  return (
    <>
      <PageTitle title={m.account.title} />
      <Group mb="lg" gap="xs">
        <Button component={Link} to="/orders" variant="light">
          {m.common.orders}
        </Button>
        <Button component={Link} to="/claims" variant="light">
          {m.claims.title}
        </Button>
        <Button component={Link} to="/my/coupons" variant="light">
          {m.coupons.mine}
        </Button>
        <Button component={Link} to="/my/reviews" variant="light">
          {m.reviews.mine}
        </Button>
        <Button component={Link} to="/wishlist" variant="light">
          {m.common.wishlist}
        </Button>
        <Button component={Link} to="/my/security" variant="light">
          {m.security.title}
        </Button>
        <Button component={Link} to="/my/adult" variant="light">
          {m.adult.title}
        </Button>
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {data?.me && (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" style={{ alignItems: 'start' }}>
          <ProfileForm me={data.me} />
          <AddressBook addresses={data.me.addresses} />
          <SessionList />
          <PasswordForm />
          <OwnData />
        </SimpleGrid>
      )}
    </>
  );
}
