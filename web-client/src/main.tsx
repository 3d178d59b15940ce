import './ui/mantine';
import './app/global.css';
import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { App } from './app/App';
import { I18nProvider, loadMessages, storedLanguage } from './i18n';
import { session } from './session';
import { cssVariables, theme } from './ui/theme';

async function start(root: HTMLElement): Promise<void> {
  // Restoring the session and fetching English run at the same time.
  if (session.snapshot().status === 'restoring') void session.refresh();
  const language = storedLanguage();
  const m = await loadMessages(language);
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} forceColorScheme="light">
        <I18nProvider initial={{ language, m }}>
          <BrowserRouter>
            <App />
          </BrowserRouter>
        </I18nProvider>
      </MantineProvider>
    </StrictMode>,
  );
  // Only machines without a Korean font fetch any of it, so its many rules need not delay the first picture.
  void import('@fontsource-variable/noto-sans-kr/index.css');
}

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element with the id "root".');
void start(root);
