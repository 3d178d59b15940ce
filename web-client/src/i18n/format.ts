const zone = 'Asia/Seoul';

export type Language = 'ko' | 'en';

export interface Format {
  /** A sum in won, which has no minor unit. */
  won: (amount: number) => string;
  number: (value: number) => string;
  date: (time: string) => string;
  dateTime: (time: string) => string;
  /** Month, day and time, for tables where the year is plain. */
  shortTime: (time: string) => string;
}

/** Numbers and times as a language writes them; times are shown in Korea's zone, where the market trades. */
export function createFormat(language: Language): Format {
  const locale = language === 'ko' ? 'ko-KR' : 'en-US';
  const won = new Intl.NumberFormat(locale, { style: 'currency', currency: 'KRW' });
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: zone });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: zone });
  const shortTime = new Intl.DateTimeFormat(locale, {
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  });
  return {
    won: (amount) => won.format(amount),
    number: (value) => number.format(value),
    date: (time) => date.format(new Date(time)),
    dateTime: (time) => dateTime.format(new Date(time)),
    shortTime: (time) => shortTime.format(new Date(time)),
  };
}
