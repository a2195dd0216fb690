import { serviceSession, trustsService } from '../../authorize/service-session.ts'
import type { TimerCall } from '../../clock/timers.ts'
import type { RoleFacts } from '../../ports.ts'

// An experiment acts as its role: FIS has to be trusted by it, and it has to be allowed what the actions do.
// https://docs.aws.amazon.com/fis/latest/userguide/getting-started-iam-service-role.html

/** Whether the role's trust policy lets FIS assume it. */
export const trustsFis = (role: RoleFacts, experimentArn: string): boolean =>
  trustsService(role, 'fis.amazonaws.com', {
    'aws:SourceAccount': role.account,
    'aws:SourceArn': experimentArn,
  })

/** Answers whether the role may do something to an instance, as the session that FIS has of it. */
export function permissionsOf(
  role: RoleFacts,
  call: TimerCall,
): (action: string, instanceId: string, tags: Readonly<Record<string, string>>) => boolean {
  const { account, region } = call
  const { allows } = serviceSession(call, role, 'FIS-experiment')
  return (action, instanceId, tags) => {
    const context: Record<string, string> = { 'aws:RequestedRegion': region, 'ec2:Region': region }
    for (const [key, value] of Object.entries(tags)) {
      context[`aws:ResourceTag/${key}`] = value
      context[`ec2:ResourceTag/${key}`] = value
    }
    return allows({
      action,
      resource: `arn:aws:ec2:${region}:${account}:instance/${instanceId}`,
      resourceAccount: account,
      context,
    })
  }
}
