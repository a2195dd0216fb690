// A process to be killed: restores one saved state after another for ever.
import { createReadStream } from 'node:fs'
import { openStore } from '../../emulator/store/store.ts'
import { thingTables } from './upload.ts'

const [, , dataDir, ...archives] = process.argv
const store = openStore({ dataDir: dataDir! })
store.migrate('thing', thingTables)
process.stdout.write('ready\n')
for (;;) {
  for (const archive of archives) {
    await store.restore(createReadStream(archive))
    process.stdout.write('restored\n')
  }
}
