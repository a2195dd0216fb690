import type { Database } from '../../store/database.ts'
import { documentSize, namedPrincipals, validatePolicy } from '../../policy/validation/index.ts'
import { malformedPolicy, quotaExceeded } from './errors.ts'
import { findRole } from './rows/roles.ts'
import { findUser } from './rows/users.ts'
import { roleArn, userArn } from './arns.ts'

/** Characters without white space. */
const maxSize = 2048

/**
 * Refuses a document that is no trust policy: one that says who may assume a role, and names no resource.
 * Users and roles that it names have to exist, in whatever account.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 *
 * @throws MalformedPolicyDocument, LimitExceeded
 */
export function checkTrustPolicy(db: Database, text: string): void {
  const problem = validatePolicy(text, 'trust')
  if (problem !== undefined) throw malformedPolicy(problem)
  const stranger = namedPrincipals(text).find(
    ({ kind, value }) => kind === 'AWS' && !existsInAws(value, db),
  )
  if (stranger) throw malformedPolicy(`Invalid principal in policy: "AWS":"${stranger.value}"`)
  if (documentSize(text) > maxSize) throw quotaExceeded('ACLSizePerRole', maxSize)
}

/** An account's number or root always passes: accounts exist from their first use. */
function existsInAws(text: string, db: Database): boolean {
  if (text === '*' || /^\d{12}$/.test(text) || /^A(?:IDA|ROA)[A-Z0-9]{16,}$/.test(text)) return true
  const arn = /^arn:aws[\w-]*:(iam|sts)::(\d{12}):([^/]+)(?:\/(.+))?$/s.exec(text)
  if (!arn) return false
  const [, service, account, type, rest] = arn
  if (service === 'iam' && type === 'root') return rest === undefined
  if (rest === undefined) return false
  const name = rest.slice(rest.lastIndexOf('/') + 1)
  switch (`${service}:${type}`) {
    case 'iam:user': {
      const user = findUser(db, account!, name)
      return user !== undefined && userArn(account!, user.path, user.name) === text
    }
    case 'iam:role': {
      const role = findRole(db, account!, name)
      return role !== undefined && roleArn(account!, role.path, role.name) === text
    }
    case 'sts:assumed-role':
      return findRole(db, account!, rest.split('/')[0]!) !== undefined
    case 'sts:federated-user':
      return true
    default:
      return false
  }
}
