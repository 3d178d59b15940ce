import { Button, Group, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useAction, useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { OauthProvidersDocument } from '../../session/operations';
import { FailureAlert } from '../../ui/FailureAlert';
import { UnlinkOauthDocument, type SecurityQuery } from '../operations';
import styles from '../shop.module.css';
import { useOauth } from './SocialButtons';
import { StepUpForm } from './StepUpForm';

/** The accounts at other people's services by which the person signs in. */
export function LinkList({ security }: { security: SecurityQuery['mySecurity'] }) {
  const { m } = useI18n();
  const { data } = useApiQuery(OauthProvidersDocument, {});
  const oauth = useOauth('/my/security', true);
  const unlink = useAction(UnlinkOauthDocument, (answer) => answer.unlinkOauth, ['Security', 'OauthLink']);
  const [asked, setAsked] = useState<string | null>(null);
  const providers = data?.oauthProviders ?? [];
  if (providers.length === 0) return null;
  const remove = async (linkId: string) => {
    if ((await unlink.run({ input: { linkId } })) === null && unlink.lastFailure()?.fault === 'stepUp') {
      unlink.forget();
      setAsked(linkId);
    }
  };
  return (
    <section className={styles.panel}>
      <Title order={2} size="h4" mb="sm">
        {m.security.links}
      </Title>
      {providers.map((provider) => {
        const name = m.account.provider[provider];
        const link = security.oauthLinks.find((one) => one.provider === provider);
        return (
          <Group key={provider} justify="space-between" mb="xs">
            <div>
              <Text fw={600}>{name}</Text>
              {link && link.email !== null && (
                <Text size="sm" c="dimmed">
                  {link.email}
                </Text>
              )}
            </div>
            {link ? (
              <Button size="xs" variant="default" loading={unlink.busy} onClick={() => void remove(link.id)}>
                {m.security.unlinkOf(name)}
              </Button>
            ) : (
              <Button size="xs" variant="default" loading={oauth.busy} onClick={() => void oauth.begin(provider)}>
                {m.security.linkOf(name)}
              </Button>
            )}
          </Group>
        );
      })}
      <FailureAlert failure={unlink.failure ?? oauth.failure} />
      {asked !== null && (
        <StepUpForm
          hasFactor={security.factors.length > 0}
          hasPasskey={security.passkeys.length > 0}
          onClose={() => setAsked(null)}
          onProved={() => {
            setAsked(null);
            void remove(asked);
          }}
        />
      )}
    </section>
  );
}
