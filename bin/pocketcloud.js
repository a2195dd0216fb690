#!/usr/bin/env node
// The published command. It only finds the compiled command line: everything else is in cli/.
import { existsSync } from 'node:fs'

const entry = new URL('../dist/cli/index.js', import.meta.url)
if (existsSync(entry)) {
  await import(entry.href)
} else {
  process.stderr.write(
    'pocketcloud: this copy has not been built yet (dist/ is missing).\n' +
      'Build it with `npm install && npm run build`, or run `npm start`, which does both and starts it.\n',
  )
  process.exitCode = 1
}
