import type { ko } from './ko';

// Literal texts widen to `string`, so that another language has the same keys and parameters but its own words.
type Widen<T> = T extends string
  ? string
  : T extends (...args: infer Args) => string
    ? (...args: Args) => string
    : T extends readonly string[]
      ? readonly string[]
      : { [Key in keyof T]: Widen<T[Key]> };

/** Every text of the app. Korean is the source; a missing or extra key in another language does not compile. */
export type Messages = Widen<typeof ko>;
