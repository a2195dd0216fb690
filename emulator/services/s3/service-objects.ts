import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { TimerCall } from '../../clock/timers.ts'
import { encrypting, newContentCipher } from '../../store/content-cipher.ts'
import { newObjectKey, sealedFile } from './encryption/object-keys.ts'
import type { Bucket } from './rows/buckets.ts'
import { discardOnRollback } from './spool.ts'
import { writeVersion } from './versions.ts'

/** Writes a small object that S3 itself makes: an access log, a job's report. The bucket's owner owns it. */
export function writeServiceObject(
  call: TimerCall,
  target: Bucket,
  { key, bytes, contentType }: { key: string; bytes: Buffer; contentType: string },
): void {
  const cipher = newContentCipher(call.ids)
  const file = {
    path: call.objects.incomingPath(),
    size: bytes.length,
    digests: {},
    trailers: {},
    cipher,
  }
  writeFileSync(file.path, encrypting(cipher).update(bytes), { flag: 'wx', mode: 0o600 })
  discardOnRollback(call, file)
  const objectKey = newObjectKey({ Key: key }, target, call)
  writeVersion(call, target, {
    key,
    owner: target.account,
    size: bytes.length,
    etag: createHash('md5').update(bytes).digest('hex'),
    file: call.objects.keep(file),
    partCount: null,
    storageClass: 'STANDARD',
    checksum: null,
    headers: { ContentType: contentType },
    metadata: {},
    tags: {},
    encryption: objectKey.encryption,
    cipher: sealedFile(call, objectKey, cipher),
    lock: null,
    acl: null,
  })
}
