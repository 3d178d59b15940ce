import { useCallback, useState } from 'react';

export type Errors<Values> = Partial<Record<keyof Values, string>>;

export interface Fields<Values> {
  values: Values;
  errors: Errors<Values>;
  set: <Name extends keyof Values>(name: Name, value: Values[Name]) => void;
  /** Checks every field; true when all are good. Otherwise the first bad one gets the focus. */
  check: (form: HTMLFormElement | null) => boolean;
  reset: (values: Values) => void;
}

/** A form's values and what is wrong with them. Values stay until they are sent, whatever fails. */
export function useFields<Values extends object>(initial: Values, rules: (values: Values) => Errors<Values>): Fields<Values> {
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<Errors<Values>>({});
  const set = useCallback(<Name extends keyof Values>(name: Name, value: Values[Name]) => {
    setValues((current) => ({ ...current, [name]: value }));
    setErrors((current) => ({ ...current, [name]: undefined }));
  }, []);
  const check = (form: HTMLFormElement | null) => {
    const found = rules(values);
    setErrors(found);
    const bad = (Object.keys(found) as (keyof Values)[]).filter((name) => found[name] !== undefined);
    if (bad.length > 0) {
      // After the next paint the fields carry aria-invalid.
      requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"], [data-invalid]')?.focus());
    }
    return bad.length === 0;
  };
  return { values, errors, set, check, reset: setValues };
}

export const isEmail = (text: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim());
export const isPhone = (text: string) => /^0\d{1,2}-?\d{3,4}-?\d{4}$/.test(text.trim());
export const isZonecode = (text: string) => /^\d{5}$/.test(text.trim());
