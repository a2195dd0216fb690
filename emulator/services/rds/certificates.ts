import type { Certificate } from '@aws-sdk/client-rds'
import type { Call } from '../../operation.ts'
import { certificateNotFound } from './recorded/errors.ts'
import { documentsOf } from './rows/documents.ts'

type Scope = Pick<Call, 'db' | 'account' | 'region'>

/** RDS's authorities: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html */
const authorities = [
  { id: 'rds-ca-rsa2048-g1', validTill: Date.UTC(2061, 4, 21, 22, 0, 0) },
  { id: 'rds-ca-ecc384-g1', validTill: Date.UTC(2121, 4, 21, 22, 0, 0) },
  { id: 'rds-ca-rsa4096-g1', validTill: Date.UTC(2121, 4, 21, 22, 0, 0) },
] as const

const validFrom = Date.UTC(2021, 4, 21, 21, 0, 0)

/** The authority of new instances, unless the account has chosen another. */
const usual = 'rds-ca-rsa2048-g1'

const overrides = documentsOf<{ readonly id: string }>('certificate-override')

export const isCertificate = (id: string): boolean => authorities.some((one) => one.id === id)

/** @throws CertificateNotFound */
export function requireCertificate(id: string): void {
  if (!isCertificate(id)) throw certificateNotFound(id)
}

/** What new instances get that name no certificate authority. */
export const defaultCertificate = (scope: Scope): string =>
  overrides.find(scope.db, scope, 'default')?.id ?? usual

/** @throws CertificateNotFound */
export function overrideDefault(scope: Scope, id: string): void {
  requireCertificate(id)
  overrides.put(scope.db, scope, 'default', { id })
}

/** @returns the certificate that was chosen @throws CertificateNotFound where none was */
export function removeOverride(scope: Scope): string {
  const chosen = overrides.find(scope.db, scope, 'default')
  if (!chosen) throw certificateNotFound('override')
  overrides.delete(scope.db, scope, 'default')
  return chosen.id
}

/** All authorities, by their identifiers. */
export function describeCertificates(scope: Scope): Certificate[] {
  const chosen = overrides.find(scope.db, scope, 'default')?.id
  return authorities
    .map(({ id, validTill }) => ({
      CertificateIdentifier: id,
      CertificateType: 'CA',
      ValidFrom: new Date(validFrom),
      ValidTill: new Date(validTill),
      CertificateArn: `arn:aws:rds:${scope.region}::cert:${id}`,
      CustomerOverride: id === chosen,
      ...(id === chosen && { CustomerOverrideValidTill: new Date(validTill) }),
    }))
    .toSorted((a, b) => (a.CertificateIdentifier < b.CertificateIdentifier ? -1 : 1))
}
