import { Badge, Button, Checkbox, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { PageTitle } from '../ui/PageTitle';
import { RowsSkeleton } from '../ui/Skeletons';
import { useToast } from '../ui/toast';
import styles from './admin.module.css';
import { RequestStaffRolesDocument, StaffDocument, type StaffQuery } from './operations';
import { usePermissions } from './staff';

/** Who is of the staff, and what roles permit. Changes are asked for, and happen when another person approves. */
export function StaffPage() {
  const { m, format } = useI18n();
  const may = usePermissions();
  const { data, loading, failure, reload } = useApiQuery(StaffDocument, {}, { policy: 'network-only' });
  return (
    <>
      <PageTitle title={m.office.staffTitle} />
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {data && (
        <Stack>
          {data.staffMembers.map((member) => (
            <section key={member.userId} className={styles.panel}>
              <Group gap="xs">
                <Title order={2} size="h5">
                  {member.name}
                </Title>
                <Badge variant="light" tt="none" color={member.active ? 'pine' : 'gray'}>
                  {member.active ? m.office.active : m.office.left}
                </Badge>
              </Group>
              <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {member.userId} · {format.date(member.joinedAt)}
              </Text>
              <Text size="sm">{member.roles.map((role) => role.name).join(', ')}</Text>
            </section>
          ))}
          {may('STAFF_MANAGE') && <RequestForm roles={data.roles} />}
        </Stack>
      )}
    </>
  );
}

function RequestForm({ roles }: { roles: StaffQuery['roles'] }) {
  const { m } = useI18n();
  const toast = useToast();
  const [userId, setUserId] = useState('');
  const [name, setName] = useState('');
  const [reason, setReason] = useState('');
  const [roleIds, setRoleIds] = useState<string[]>([]);
  const request = useAction(RequestStaffRolesDocument, (data) => data.requestStaffRoles, ['ApprovalRequest']);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const input = { userId: userId.trim(), name, reason, roleIds };
    if (await request.run({ input })) toast(m.office.requested);
  };
  return (
    <section className={styles.panel}>
      <Title order={2} size="h4" mb="sm">
        {m.office.requestRoles}
      </Title>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <TextInput
            label={m.office.userId}
            value={userId}
            onChange={(event) => setUserId(event.currentTarget.value)}
            required
          />
          <TextInput
            label={m.office.name}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={50}
            required
          />
          <Checkbox.Group label={m.office.roles} value={roleIds} onChange={setRoleIds}>
            <Stack gap={6} mt={6}>
              {roles.map((role) => (
                <Checkbox key={role.id} value={role.id} label={role.name} />
              ))}
            </Stack>
          </Checkbox.Group>
          <TextInput
            label={m.admin.reason}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={500}
            required
          />
          <FailureAlert failure={request.failure} />
          <Group>
            <Button type="submit" loading={request.busy}>
              {m.office.requestRoles}
            </Button>
          </Group>
        </Stack>
      </form>
    </section>
  );
}
