import { hash } from 'node:crypto'
import { emptyHash, signText } from '../../emulator/auth/sigv4.ts'
import type { ChunkSigning } from '../../emulator/auth/sigv4.ts'

/** A body in `aws-chunked` form as a client writes it; with `signing`, each chunk and the trailer signed. */
export function chunkedBody(
  payload: Buffer,
  chunkSize: number,
  options: {
    readonly signing?: ChunkSigning
    readonly trailer?: readonly [name: string, value: string]
  } = {},
): { body: Buffer; signatures: string[]; trailerSignature: string | undefined } {
  const { signing, trailer } = options
  const parts: Buffer[] = []
  const signatures: string[] = []
  let previous = signing?.seedSignature ?? ''
  const sign = (algorithm: string, content: string) => {
    const { key, amzDate, scope } = signing!
    previous = signText(key, `${algorithm}\n${amzDate}\n${scope}\n${previous}\n${content}`)
    return previous
  }
  const write = (chunk: Buffer) => {
    let header = chunk.length.toString(16)
    if (signing) {
      signatures.push(sign('AWS4-HMAC-SHA256-PAYLOAD', `${emptyHash}\n${hash('sha256', chunk)}`))
      header += `;chunk-signature=${previous}`
    }
    parts.push(Buffer.from(`${header}\r\n`), chunk, Buffer.from(chunk.length > 0 ? '\r\n' : ''))
  }
  for (let at = 0; at < payload.length; at += chunkSize) {
    write(payload.subarray(at, at + chunkSize))
  }
  write(Buffer.alloc(0))
  let trailerSignature: string | undefined
  if (trailer) {
    parts.push(Buffer.from(`${trailer[0]}:${trailer[1]}\r\n`))
    if (signing) {
      const canonical = hash('sha256', `${trailer[0]}:${trailer[1]}\n`)
      trailerSignature = sign('AWS4-HMAC-SHA256-TRAILER', canonical)
      parts.push(Buffer.from(`x-amz-trailer-signature:${trailerSignature}\r\n`))
    }
  }
  parts.push(Buffer.from('\r\n'))
  return { body: Buffer.concat(parts), signatures, trailerSignature }
}
