import type { IdentityProviders } from '../../ports.ts'
import { findOidcProvider } from './rows/oidc-providers.ts'
import { findSamlProvider } from './rows/saml-providers.ts'

/** The providers that accounts trust, as STS asks for them. */
export const identityProviders: IdentityProviders = {
  findOpenIdConnect: (db, arn) => findOidcProvider(db, accountOf(arn), arn),
  findSaml: (db, arn) => findSamlProvider(db, accountOf(arn), arn),
}

const accountOf = (arn: string): string => arn.split(':')[4] ?? ''
