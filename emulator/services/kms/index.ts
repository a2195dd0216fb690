import { defineService } from '../../operation.ts'
import { constraintsOf } from '../../protocol/constraints.ts'
import { grantOfToken } from './grants.ts'
import * as aliases from './operations/aliases.ts'
import * as dataKeys from './operations/data-keys.ts'
import * as encryption from './operations/encryption.ts'
import * as grants from './operations/grants.ts'
import * as keyDeletion from './operations/key-deletion.ts'
import * as keyPolicies from './operations/key-policies.ts'
import * as keys from './operations/keys.ts'
import * as macs from './operations/macs.ts'
import * as rotation from './operations/rotation.ts'
import * as signing from './operations/signing.ts'
import * as tags from './operations/tags.ts'

const checkConstraints = constraintsOf('kms/constraints.json', undefined, 'ValidationException')

export default defineService(
  'kms',
  {
    ...keys,
    ...keyDeletion,
    ...aliases,
    ...encryption,
    ...dataKeys,
    ...signing,
    ...macs,
    ...keyPolicies,
    ...rotation,
    ...grants,
    ...tags,
  },
  {
    timers: { deleteKey: keyDeletion.deleteDueKey },
    validate(input: { readonly GrantTokens?: readonly string[] | undefined }, call) {
      checkConstraints(input, call)
      // Grants hold at once here, so that a token adds nothing; but it has to be one.
      for (const token of input.GrantTokens ?? []) grantOfToken(call.db, call.region, token)
    },
  },
)
