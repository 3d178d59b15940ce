import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { useLocation } from 'react-router';
import { fieldMessage } from '../api/failure';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { looks } from '../session';
import { Dialog } from '../ui/Dialog';
import { FailureAlert } from '../ui/FailureAlert';
import { useFields } from '../ui/fields';
import { StartImpersonationDocument } from './operations';
import { usePermissions } from './staff';

/** Begins a look at the market as a person, for those who may; the person is asked for where none is given. */
export function LookButton({ user }: { user?: { id: string; name: string | null } }) {
  const { m } = useI18n();
  const may = usePermissions();
  const [asking, setAsking] = useState(false);
  if (!may('IMPERSONATE')) return null;
  const title = user ? m.control.lookAs(user.name ?? m.admin.unknownBuyer) : m.control.startLook;
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setAsking(true)}>
        {title}
      </Button>
      {asking && <LookDialog title={title} userId={user?.id ?? ''} onClose={() => setAsking(false)} />}
    </>
  );
}

function LookDialog({ title, userId, onClose }: { title: string; userId: string; onClose: () => void }) {
  const { m } = useI18n();
  const { pathname, search } = useLocation();
  const form = useRef<HTMLFormElement>(null);
  const start = useAction(StartImpersonationDocument, (data) => data.startImpersonation);
  const fields = useFields({ userId, reason: '', minutes: '' }, (values) => ({
    userId: /^usr_[0-9a-f]{32}$/.test(values.userId.trim()) ? undefined : m.control.badPerson,
    reason: values.reason.trim() === '' ? m.forms.needed : undefined,
    minutes: /^([1-9]\d{0,3})?$/.test(values.minutes.trim()) ? undefined : m.control.badAmount,
  }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check(form.current)) return;
    const { values } = fields;
    const minutes = values.minutes.trim() === '' ? null : Number(values.minutes);
    const payload = await start.run({ input: { userId: values.userId.trim(), reason: values.reason.trim(), minutes } });
    if (!payload?.impersonation || payload.accessToken === null) return;
    const { id, user, expiresAt } = payload.impersonation;
    const name = user.name ?? m.admin.unknownBuyer;
    looks.begin({ id, name, until: expiresAt, accessToken: payload.accessToken, from: pathname + search });
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <Text size="sm">{m.control.lookNote}</Text>
          <TextInput
            label={m.office.userId}
            required
            value={fields.values.userId}
            onChange={(event) => fields.set('userId', event.currentTarget.value)}
            error={fields.errors.userId ?? fieldMessage(start.failure, 'userId')}
          />
          <Textarea
            label={m.admin.reason}
            required
            rows={3}
            maxLength={500}
            value={fields.values.reason}
            onChange={(event) => fields.set('reason', event.currentTarget.value)}
            error={fields.errors.reason ?? fieldMessage(start.failure, 'reason')}
          />
          <TextInput
            label={m.control.lookMinutes}
            description={m.control.lookMinutesHint}
            inputMode="numeric"
            value={fields.values.minutes}
            onChange={(event) => fields.set('minutes', event.currentTarget.value)}
            error={fields.errors.minutes ?? fieldMessage(start.failure, 'minutes')}
          />
          <FailureAlert failure={start.failure} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {m.common.back}
            </Button>
            <Button type="submit" loading={start.busy}>
              {m.control.beginLook}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
