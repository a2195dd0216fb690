import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // What takes too long for every change: `npm run test:long`.
    exclude: process.env['POCKETCLOUD_LONG'] ? [] : ['test/**/*.long.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The SDK's clients warn that later versions need Node 22; ours are pinned.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    pool: 'forks',
    // More than two processors could use: some wait for seconds, as Terraform's provider does between its looks.
    maxWorkers: 3,
  },
})
