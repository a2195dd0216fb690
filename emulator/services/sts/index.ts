import { defineService } from '../../operation.ts'
import { constraintsOf } from '../../protocol/constraints.ts'
import * as assumeRole from './operations/assume-role.ts'
import * as federationToken from './operations/federation-token.ts'
import * as authorizationMessages from './operations/decode-authorization-message.ts'
import * as identity from './operations/identity.ts'
import * as saml from './operations/saml.ts'
import * as sessionToken from './operations/session-token.ts'
import * as webIdentity from './operations/web-identity.ts'

export default defineService(
  'sts',
  {
    ...identity,
    ...authorizationMessages,
    ...assumeRole,
    ...sessionToken,
    ...federationToken,
    ...webIdentity,
    ...saml,
  },
  { validate: constraintsOf('sts/constraints.json') },
)
