import { Button, Group, Text, Textarea } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import type { Failure } from '../api/failure';
import { useI18n } from '../i18n';
import { Dialog } from './Dialog';
import { FailureAlert } from './FailureAlert';

interface Props {
  title: string;
  note?: string;
  label: string;
  action: string;
  keep: string;
  suggestions?: readonly string[];
  /** What the field has at first; without it the first suggestion. */
  initial?: string;
  /** 200 without one. */
  maxLength?: number;
  /** For a step that takes nothing away from anybody. */
  gentle?: boolean;
  busy: boolean;
  failure: Failure | null;
  onSubmit: (reason: string) => void;
  onClose: () => void;
  children?: ReactNode;
}

/** Asks for the reason of a step that needs one. What was typed stays when the step fails. */
export function ReasonDialog(props: Props) {
  const { m } = useI18n();
  const [reason, setReason] = useState(props.initial ?? props.suggestions?.[0] ?? '');
  const [missing, setMissing] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = reason.trim();
    setMissing(text === '');
    if (text !== '') props.onSubmit(text);
  };
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form onSubmit={submit} noValidate>
        {props.note !== undefined && (
          <Text size="sm" mb="sm">
            {props.note}
          </Text>
        )}
        {props.suggestions && (
          <Group gap={6} mb="sm">
            {props.suggestions.map((text) => (
              <Button
                key={text}
                size="compact-sm"
                radius="xl"
                variant={reason === text ? 'filled' : 'default'}
                aria-pressed={reason === text}
                onClick={() => setReason(text)}
              >
                {text}
              </Button>
            ))}
          </Group>
        )}
        <Textarea
          label={props.label}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={missing ? m.forms.needed : undefined}
          maxLength={props.maxLength ?? 200}
          rows={3}
          required
          data-autofocus
        />
        {props.children}
        <FailureAlert failure={props.failure} />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={props.onClose}>
            {props.keep}
          </Button>
          <Button type="submit" {...(props.gentle === true ? {} : { color: 'red.8' })} loading={props.busy}>
            {props.action}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
