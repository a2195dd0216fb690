// A process to be killed: keeps, replaces and removes object files for ever, and prints what was acknowledged.
import { openStore } from '../../emulator/store/store.ts'
import { put, thingTables } from './upload.ts'

const store = openStore({ dataDir: process.argv[2]! })
store.migrate('thing', thingTables)
process.stdout.write('ready\n')
for (let n = 0; ; n += 1) {
  const name = `${process.argv[3]}-${n}`
  put(store, name, `bytes of ${name}\n`.repeat(1 + (n % 50)))
  if (n % 3 === 2) {
    const gone = `${process.argv[3]}-${n - 1}`
    store.db.transaction(() => {
      const { file } = store.db.get<{ file: string }>(
        'select file from thing where name = ?',
        gone,
      )!
      store.db.run('delete from thing where name = ?', gone)
      store.objects.removeAfterCommit(file)
    })
    process.stdout.write(`removed ${gone}\n`)
  }
  process.stdout.write(`kept ${name}\n`)
  if (n % 20 === 0) await new Promise(setImmediate)
}
