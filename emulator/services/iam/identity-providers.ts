import type { IdentityProviders } from '../../ports.ts'
import { findOidcProvider } from './rows/oidc-providers.ts'
import { findSamlProvider } from './rows/saml-providers.ts'
import { readSamlMetadata } from './saml-metadata.ts'

/** The providers that accounts trust, as STS asks for them. */
export const identityProviders: IdentityProviders = {
  findOpenIdConnect: (db, arn) => findOidcProvider(db, accountOf(arn), arn),
  findSaml(db, arn) {
    const provider = findSamlProvider(db, accountOf(arn), arn)
    if (!provider) return undefined
    const { entityId, certificates } = readSamlMetadata(provider.metadata)
    return { arn, issuer: entityId, certificates }
  },
}

const accountOf = (arn: string): string => arn.split(':')[4] ?? ''
