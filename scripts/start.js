// `npm start`: installs and builds what is missing, then `pocketcloud start` with the same arguments.
import { ensureReady } from './ensure.js'

ensureReady()
process.argv.splice(2, 0, 'start')
await import('../bin/pocketcloud.js')
