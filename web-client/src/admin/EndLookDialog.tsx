import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { ReasonDialog } from '../ui/ReasonDialog';
import { EndImpersonationDocument } from './operations';

interface Props {
  id: string;
  title: string;
  onEnded: () => void;
  /** The look was over already. */
  onRefused?: () => void;
  onClose: () => void;
}

/** Asks why a look at the market as somebody else ends before its time, and ends it. */
export function EndLookDialog({ id, title, onEnded, onRefused, onClose }: Props) {
  const { m } = useI18n();
  const end = useAction(EndImpersonationDocument, (data) => data.endImpersonation, ['Impersonation']);
  const submit = async (reason: string) => {
    if (await end.run({ input: { impersonationId: id, reason } })) onEnded();
    else if (end.lastFailure()?.fault === null) onRefused?.();
  };
  return (
    <ReasonDialog
      title={title}
      label={m.control.endLookReason}
      maxLength={500}
      action={m.control.endLook}
      keep={m.common.back}
      busy={end.busy}
      failure={end.failure}
      onSubmit={(reason) => void submit(reason)}
      onClose={onClose}
    />
  );
}
