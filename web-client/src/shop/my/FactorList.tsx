import { Button, Code, Group, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { FailureAlert } from '../../ui/FailureAlert';
import { BeginTotpDocument, RegenerateRecoveryCodesDocument, RemoveFactorDocument, type SecurityQuery } from '../operations';
import styles from '../shop.module.css';
import { StepUpForm } from './StepUpForm';
import { TotpForm, type BegunFactor } from './TotpForm';

const changes = ['Security', 'MfaFactor'];

/** The second factors, with their recovery codes. */
export function FactorList({ security }: { security: SecurityQuery['mySecurity'] }) {
  const { m, format } = useI18n();
  const [name, setName] = useState<string>(m.security.appName);
  const [begun, setBegun] = useState<BegunFactor | null>(null);
  const [codes, setCodes] = useState<readonly string[]>([]);
  // What was asked for before the API wanted to know who is there; done again after that.
  const [asked, setAsked] = useState<(() => Promise<void>) | null>(null);
  const begin = useAction(BeginTotpDocument, (data) => data.beginTotp);
  const remove = useAction(RemoveFactorDocument, (data) => data.removeFactor, changes);
  const regenerate = useAction(RegenerateRecoveryCodesDocument, (data) => data.regenerateRecoveryCodes, changes);

  const unlessAsked = (action: { lastFailure: typeof begin.lastFailure; forget: () => void }, again: () => Promise<void>) => {
    if (action.lastFailure()?.fault !== 'stepUp') return;
    action.forget();
    setAsked(() => again);
  };
  const add = async () => {
    const payload = await begin.run({ input: { name } });
    if (payload === null) unlessAsked(begin, add);
    else if (payload.factorId !== null && payload.secret !== null && payload.uri !== null) {
      setBegun({ factorId: payload.factorId, secret: payload.secret, uri: payload.uri });
    }
  };
  const removeOne = async (factorId: string) => {
    if ((await remove.run({ input: { factorId } })) === null) unlessAsked(remove, () => removeOne(factorId));
  };
  const replaceCodes = async () => {
    const payload = await regenerate.run({});
    if (payload === null) unlessAsked(regenerate, replaceCodes);
    else setCodes(payload.recoveryCodes);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void add();
  };
  const hasFactor = security.factors.length > 0;
  return (
    <section className={styles.panel}>
      <Title order={2} size="h4" mb="sm">
        {m.security.factors}
      </Title>
      {!hasFactor && <Text c="dimmed">{m.security.noFactors}</Text>}
      <Stack component="ul" gap={0} style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {security.factors.map((factor) => (
          <li key={factor.id} className={styles.line}>
            <div className={styles.lineBody}>
              <Text fw={600}>{factor.name}</Text>
              {factor.lastUsedAt !== null && (
                <Text size="sm" c="dimmed">
                  {m.account.lastUsed(format.dateTime(factor.lastUsedAt))}
                </Text>
              )}
            </div>
            <Button
              size="xs"
              variant="default"
              loading={remove.busy}
              aria-label={m.security.removeOf(factor.name)}
              onClick={() => void removeOne(factor.id)}
            >
              {m.common.remove}
            </Button>
          </li>
        ))}
      </Stack>
      {hasFactor && (
        <Group mt="sm" justify="space-between">
          <Text size="sm">{m.security.codesLeft(security.recoveryCodesLeft)}</Text>
          <Button size="xs" variant="default" loading={regenerate.busy} onClick={() => void replaceCodes()}>
            {m.security.newCodes}
          </Button>
        </Group>
      )}
      {codes.length > 0 && <RecoveryCodes codes={codes} />}
      {begun === null ? (
        <form onSubmit={submit}>
          <Group align="flex-end" mt="md">
            <TextInput label={m.security.name} required value={name} onChange={(event) => setName(event.currentTarget.value)} />
            <Button type="submit" loading={begin.busy}>
              {m.security.add}
            </Button>
          </Group>
        </form>
      ) : (
        <TotpForm
          begun={begun}
          onConfirmed={(recoveryCodes) => {
            setBegun(null);
            setCodes(recoveryCodes);
          }}
        />
      )}
      <FailureAlert failure={begin.failure ?? remove.failure ?? regenerate.failure} />
      {asked !== null && (
        <StepUpForm
          hasFactor={hasFactor}
          hasPasskey={security.passkeys.length > 0}
          onClose={() => setAsked(null)}
          onProved={() => {
            setAsked(null);
            void asked();
          }}
        />
      )}
    </section>
  );
}

function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const { m } = useI18n();
  return (
    <div role="status">
      <Text fw={600} mt="md">
        {m.security.codesTitle}
      </Text>
      <Text size="sm">{m.security.codesText}</Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} mt="xs" component="ul" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {codes.map((code) => (
          <li key={code}>
            <Code>{code}</Code>
          </li>
        ))}
      </SimpleGrid>
    </div>
  );
}
