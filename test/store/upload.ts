import { writeFileSync } from 'node:fs'
import type { ReceivedFile } from '../../emulator/store/object-files.ts'
import type { Store } from '../../emulator/store/store.ts'

/** Bytes as the HTTP layer receives them. */
export function received(store: Store, content: string | Buffer): ReceivedFile {
  const path = store.objects.incomingPath()
  writeFileSync(path, content)
  return { path, size: Buffer.byteLength(content), digests: {}, trailers: {} }
}

/** Keeps bytes under a name, as a service would: the file and the row that names it in one transaction. */
export function put(store: Store, name: string, content: string | Buffer): string {
  const file = received(store, content)
  return store.db.transaction(() => {
    const id = store.objects.keep(file)
    store.db.run('insert into thing (name, file) values (?, ?)', name, id)
    return id
  })
}

/** Reads a kept file whole. */
export async function content(store: Store, id: string): Promise<string> {
  const chunks: Buffer[] = []
  const stream = store.objects.read({ id, start: 0, end: store.objects.size(id) })
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

export const thingTables = new URL('./migrations/', import.meta.url)
