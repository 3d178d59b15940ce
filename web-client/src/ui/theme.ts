import { createTheme, defaultVariantColorsResolver, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const pine: MantineColorsTuple = [
  '#e9f7f4',
  '#d5ebe6',
  '#a9d8cd',
  '#79c3b3',
  '#51b19d',
  '#37a58f',
  '#1f8f7b',
  '#0f6b62',
  '#0b5a53',
  '#064741',
];

// System fonts first: the bundled Korean font is fetched only where the system has none.
const fonts =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR", "Noto Sans KR Variable", sans-serif';

// The default text on a tint misses the 4.5:1 contrast that small text needs.
const onTint: Record<string, string> = {
  pine: '#064741',
  red: '#a11d1d',
  orange: '#8a3206',
  blue: '#0b4f85',
  indigo: '#2c3b9c',
  gray: '#343a40',
};

export const theme = createTheme({
  primaryColor: 'pine',
  primaryShade: 7,
  colors: { pine },
  fontFamily: fonts,
  headings: { fontFamily: fonts, fontWeight: '700' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    const text = input.variant === 'light' ? onTint[input.color ?? 'pine'] : undefined;
    return text === undefined ? colors : { ...colors, color: text };
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5a636b',
    '--mantine-color-placeholder': '#697078',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-text': '#1b2126',
  },
  dark: {},
});
