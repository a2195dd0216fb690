import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A private key with a certificate that it signed itself, both PEM. */
export interface Signer {
  readonly key: string
  readonly certificate: string
}

export function newSigner(): Signer {
  const directory = mkdtempSync(join(tmpdir(), 'pocketcloud-signer-'))
  const [key, certificate] = [join(directory, 'key'), join(directory, 'certificate')]
  const line = `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=idp -keyout ${key} -out ${certificate}`
  execFileSync('openssl', line.split(' '), { stdio: 'ignore' })
  const signer = { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') }
  rmSync(directory, { recursive: true })
  return signer
}
