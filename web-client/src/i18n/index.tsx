import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { createFormat, type Format, type Language } from './format';
import { ko } from './ko';
import type { Messages } from './messages';

export type { Language } from './format';

interface I18n {
  language: Language;
  setLanguage: (language: Language) => void;
  m: Messages;
  format: Format;
}

const storageKey = 'doa.language';
const I18nContext = createContext<I18n | null>(null);

/** Korean unless the reader has chosen English before. */
export function storedLanguage(): Language {
  return localStorage.getItem(storageKey) === 'en' ? 'en' : 'ko';
}

/** Korean is in the first bundle; English is fetched by those who read it. */
export async function loadMessages(language: Language): Promise<Messages> {
  return language === 'en' ? (await import('./en')).en : ko;
}

export function I18nProvider({ initial, children }: { initial: { language: Language; m: Messages }; children: ReactNode }) {
  const [current, setCurrent] = useState(initial);

  useEffect(() => {
    document.documentElement.lang = current.language;
  }, [current.language]);

  const value = useMemo<I18n>(
    () => ({
      ...current,
      format: createFormat(current.language),
      setLanguage: (language) => {
        localStorage.setItem(storageKey, language);
        void loadMessages(language).then((m) => setCurrent({ language, m }));
      },
    }),
    [current],
  );
  return <I18nContext value={value}>{children}</I18nContext>;
}

export function useI18n(): I18n {
  const value = useContext(I18nContext);
  if (value === null) throw new Error('useI18n needs an I18nProvider above it.');
  return value;
}
