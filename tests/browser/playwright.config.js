import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'specs',
  testMatch: '*.spec.js',
  // Every test has a daemon and a simulator of its own; more at a time would only make a small machine's clocks lie.
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  snapshotPathTemplate: '{testDir}/../snapshots/{arg}{ext}',
  use: {
    viewport: { width: 1366, height: 768 },
    locale: 'en-GB',
    colorScheme: 'light',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
