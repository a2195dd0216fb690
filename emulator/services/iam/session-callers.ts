import type { Caller } from '../../auth/caller.ts'
import { assumedRoleArn, federatedUserArn, roleArn, rootArn, userArn } from './arns.ts'
import { sessionMayNotCallIam } from './errors.ts'
import type { SessionOfHolder } from './rows/sessions.ts'

/**
 * Who calls with temporary credentials.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
 */
export function callerOfSession(session: SessionOfHolder): Caller {
  const { account, id, kind, holderId, name, holder, context } = session
  const common = { accountId: account, accessKeyId: id, session: context }
  const isRoot = holderId === account
  const holderName = holder?.name ?? ''
  const holderPath = holder?.path ?? '/'
  const tags = withoutPassed(holder?.tags ?? {}, context.tags)
  switch (kind) {
    case 'role':
      return {
        ...common,
        type: 'AssumedRole',
        arn: assumedRoleArn(account, holderName, name),
        userId: `${holderId}:${name}`,
        roleArn: roleArn(account, holderPath, holderName),
        holderId,
        tags,
        ...(holder?.linkedService && { serviceLinked: true }),
      }
    case 'federated':
      return {
        ...common,
        type: 'FederatedUser',
        arn: federatedUserArn(account, name),
        userId: `${account}:${name}`,
        userArn: isRoot ? rootArn(account) : userArn(account, holderPath, holderName),
        ...(!isRoot && { holderId }),
        tags,
      }
    case 'user':
      return isRoot
        ? { ...common, type: 'Root', arn: rootArn(account), userId: account }
        : {
            ...common,
            type: 'IAMUser',
            arn: userArn(account, holderPath, holderName),
            userId: holderId,
            userName: holderName,
            tags,
          }
  }
}

/** "Session tags override a role tag with the same key", whose case does not count. */
function withoutPassed(
  own: Readonly<Record<string, string>>,
  passed: Readonly<Record<string, string>>,
): Record<string, string> {
  const folded = new Set(Object.keys(passed).map((key) => key.toLowerCase()))
  return Object.fromEntries(Object.entries(own).filter(([key]) => !folded.has(key.toLowerCase())))
}

/**
 * Federated users can't call IAM at all, and GetSessionToken's credentials only with MFA.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
 *
 * @throws InvalidClientTokenId
 */
export function refuseSession({ type, session }: Caller): void {
  const weak = (type === 'IAMUser' || type === 'Root') && session && !session.mfaAuthenticated
  if (type === 'FederatedUser' || weak) throw sessionMayNotCallIam()
}
