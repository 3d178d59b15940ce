import { Button, Divider, Stack } from '@mantine/core';
import { useAction, useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { keepFlow } from '../../session/oauthFlow';
import { BeginOauthDocument, OauthProvidersDocument, type OauthProvider } from '../../session/operations';
import { FailureAlert } from '../../ui/FailureAlert';

/** Ways to sign in by other people's services; nothing where there are none. */
export function SocialButtons({ next }: { next: string }) {
  const { m } = useI18n();
  const { data } = useApiQuery(OauthProvidersDocument, {});
  const { begin, busy, failure } = useOauth(next, false);
  const providers = data?.oauthProviders ?? [];
  if (providers.length === 0) return null;
  return (
    <Stack mt="lg" gap="xs">
      <Divider label={m.account.otherWays} />
      {providers.map((provider) => (
        <Button key={provider} variant="default" loading={busy} onClick={() => void begin(provider)}>
          {m.account.signInBy(m.account.provider[provider])}
        </Button>
      ))}
      <FailureAlert failure={failure} />
    </Stack>
  );
}

/** Sends the browser to a provider: to sign in, or to link the account there. */
export function useOauth(next: string, link: boolean) {
  const { run, busy, failure, lastFailure, forget } = useAction(BeginOauthDocument, (data) => data.beginOauth);
  const begin = async (provider: OauthProvider) => {
    const payload = await run({ input: { provider, link } });
    if (payload === null || payload.url === null || payload.state === null || payload.flow === null) return;
    keepFlow({ flow: payload.flow, state: payload.state, next });
    window.location.assign(payload.url);
  };
  return { begin, busy, failure, lastFailure, forget };
}
