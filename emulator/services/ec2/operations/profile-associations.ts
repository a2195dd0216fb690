import type {
  AssociateIamInstanceProfileRequest,
  AssociateIamInstanceProfileResult,
  DescribeIamInstanceProfileAssociationsRequest,
  DescribeIamInstanceProfileAssociationsResult,
  DisassociateIamInstanceProfileRequest,
  DisassociateIamInstanceProfileResult,
  IamInstanceProfileSpecification,
  Instance,
  ReplaceIamInstanceProfileAssociationRequest,
  ReplaceIamInstanceProfileAssociationResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import { missingParameter } from '../errors.ts'
import { instanceProfile } from '../instances/launch-options.ts'
import { anyResource, onResource } from '../permissions.ts'
import { updateInstance } from '../rows/instance-changes.ts'
import { instances } from '../rows/instances.ts'
import {
  associationOfInstance,
  deleteProfileAssociation,
  insertProfileAssociation,
  profileAssociations,
  toProfileAssociation,
} from '../rows/profile-associations.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateIamInstanceProfile.html */
export const AssociateIamInstanceProfile = operation<
  AssociateIamInstanceProfileRequest,
  AssociateIamInstanceProfileResult
>({
  authorize: ({ InstanceId = '', IamInstanceProfile }, call) => [
    onResource(call, 'instance', InstanceId),
    ...passing(IamInstanceProfile, call),
  ],
  run({ InstanceId, IamInstanceProfile }, call) {
    if (!InstanceId) throw missingParameter('InstanceId')
    const row = instances.require(InstanceId, call)
    if (!['pending', 'running', 'stopping', 'stopped'].includes(row.state)) {
      throw new AwsError(
        'IncorrectInstanceState',
        `The instance '${InstanceId}' is not in the 'running' or 'stopped' states.`,
      )
    }
    if (associationOfInstance(call, InstanceId)) {
      throw new AwsError(
        'IncorrectState',
        `There is an existing association for instance ${InstanceId}`,
      )
    }
    return { IamInstanceProfileAssociation: associate(InstanceId, IamInstanceProfile, call) }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceIamInstanceProfileAssociation.html */
export const ReplaceIamInstanceProfileAssociation = operation<
  ReplaceIamInstanceProfileAssociationRequest,
  ReplaceIamInstanceProfileAssociationResult
>({
  authorize: ({ AssociationId, IamInstanceProfile }, call) => [
    ...onAssociated(AssociationId, call),
    ...passing(IamInstanceProfile, call),
  ],
  run({ AssociationId, IamInstanceProfile }, call) {
    if (!AssociationId) throw missingParameter('AssociationId')
    const { instance_id } = profileAssociations.require(AssociationId, call)
    deleteProfileAssociation(call, instance_id)
    return { IamInstanceProfileAssociation: associate(instance_id, IamInstanceProfile, call) }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateIamInstanceProfile.html */
export const DisassociateIamInstanceProfile = operation<
  DisassociateIamInstanceProfileRequest,
  DisassociateIamInstanceProfileResult
>({
  authorize: ({ AssociationId }, call) => onAssociated(AssociationId, call),
  run({ AssociationId }, call) {
    if (!AssociationId) throw missingParameter('AssociationId')
    const row = profileAssociations.require(AssociationId, call)
    deleteProfileAssociation(call, row.instance_id)
    show(row.instance_id, undefined, call)
    return {
      IamInstanceProfileAssociation: { ...toProfileAssociation(row), State: 'disassociating' },
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeIamInstanceProfileAssociations.html */
export const DescribeIamInstanceProfileAssociations = operation<
  DescribeIamInstanceProfileAssociationsRequest,
  DescribeIamInstanceProfileAssociationsResult
>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = profileAssociations.page(input, input.AssociationIds, call)
    return {
      IamInstanceProfileAssociations: rows.map(toProfileAssociation),
      NextToken: nextToken,
    }
  },
})

/** Unlike a launch, an association may say both, if they name the same profile. */
const namedOnce = (
  given: IamInstanceProfileSpecification | undefined,
): IamInstanceProfileSpecification | undefined =>
  given?.Arn && given.Name && given.Arn.endsWith(`/${given.Name}`) ? { Arn: given.Arn } : given

function associate(
  instanceId: string,
  given: IamInstanceProfileSpecification | undefined,
  call: Call,
) {
  const { IamInstanceProfile: profile } = instanceProfile(
    { IamInstanceProfile: namedOnce(given) },
    call,
  )
  if (!profile) throw missingParameter('IamInstanceProfile')
  const id = call.ids.ec2('iip-assoc')
  insertProfileAssociation(call, {
    id,
    instanceId,
    arn: profile.Arn!,
    profileId: profile.Id!,
    at: call.now,
  })
  show(instanceId, profile, call)
  const row = profileAssociations.require(id, call)
  return { ...toProfileAssociation(row), State: 'associating' as const }
}

/** What DescribeInstances shows of the profile stands in the instance's document. */
function show(instanceId: string, profile: Instance['IamInstanceProfile'], call: Call): void {
  const { doc } = instances.require(instanceId, call)
  const { IamInstanceProfile: _, ...document } = JSON.parse(doc) as Instance
  updateInstance(call, instanceId, {
    doc: JSON.stringify(profile ? { ...document, IamInstanceProfile: profile } : document),
  })
}

function onAssociated(id: string | undefined, call: Call): Permission[] {
  const row = id ? profileAssociations.find(id, call) : undefined
  return [onResource(call, 'instance', row?.instance_id ?? '*')]
}

/** Who associates a profile hands its role to EC2. */
function passing(given: IamInstanceProfileSpecification | undefined, call: Call): Permission[] {
  if (!given?.Arn && !given?.Name) return []
  const profile = call.ports.roles.findInstanceProfile(call.db, call.account, {
    name: given.Name,
    arn: given.Arn,
  })
  return profile?.role
    ? [call.ports.roles.passing(call.db, profile.role.arn, 'ec2.amazonaws.com')]
    : []
}
