import type {
  GetDefaultCreditSpecificationRequest,
  GetDefaultCreditSpecificationResult,
  ModifyDefaultCreditSpecificationRequest,
  ModifyDefaultCreditSpecificationResult,
  DescribeInstanceCreditSpecificationsRequest,
  DescribeInstanceCreditSpecificationsResult,
  ModifyInstanceCreditSpecificationRequest,
  ModifyInstanceCreditSpecificationResult,
  UnsuccessfulInstanceCreditSpecificationItem,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import type { Scope } from '../describe/resources.ts'
import { keepSetting, settingOf } from '../recorded/settings.ts'
import { operation } from '../../../operation.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import { instanceTypes } from '../facts/instance-types.ts'
import { anyResource, onResource } from '../permissions.ts'
import { instanceCredits, setInstanceCredits } from '../rows/instance-credits.ts'
import { instances } from '../rows/instances.ts'
import type { InstanceRow } from '../rows/instances.ts'

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances.html

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceCreditSpecifications.html */
export const DescribeInstanceCreditSpecifications = operation<
  DescribeInstanceCreditSpecificationsRequest,
  DescribeInstanceCreditSpecificationsResult
>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = instances.page(input, input.InstanceIds, call)
    const other = input.InstanceIds?.length ? rows.find((row) => !isBurstable(row)) : undefined
    if (other) throw notBurstable(other.instance_id)
    return {
      InstanceCreditSpecifications: rows.filter(isBurstable).map((row) => ({
        InstanceId: row.instance_id,
        CpuCredits: instanceCredits(call, row.instance_id) ?? usualCredits(row, call),
      })),
      NextToken: nextToken,
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceCreditSpecification.html */
export const ModifyInstanceCreditSpecification = operation<
  ModifyInstanceCreditSpecificationRequest,
  ModifyInstanceCreditSpecificationResult
>({
  authorize: ({ InstanceCreditSpecifications = [] }, call) =>
    InstanceCreditSpecifications.map(({ InstanceId = '' }) =>
      onResource(call, 'instance', InstanceId),
    ),
  run({ InstanceCreditSpecifications: wanted }, call) {
    if (!wanted?.length) throw missingParameter('InstanceCreditSpecification')
    const done: { InstanceId: string }[] = []
    const refused: UnsuccessfulInstanceCreditSpecificationItem[] = []
    for (const { InstanceId = '', CpuCredits = '' } of wanted) {
      if (CpuCredits !== 'standard' && CpuCredits !== 'unlimited') {
        throw invalidValue(CpuCredits, 'CpuCredits')
      }
      const row = instances.find(InstanceId, call)
      const error = row
        ? isBurstable(row)
          ? undefined
          : notBurstable(InstanceId)
        : (instances.missing([InstanceId]) as AwsError)
      if (error) {
        const Error = { Code: error.code as 'InvalidInstanceID.NotFound', Message: error.message }
        refused.push({ InstanceId, Error })
      } else {
        setInstanceCredits(call, InstanceId, CpuCredits)
        done.push({ InstanceId })
      }
    }
    return {
      SuccessfulInstanceCreditSpecifications: done,
      UnsuccessfulInstanceCreditSpecifications: refused,
    }
  },
})

const isBurstable = ({ instance_type }: InstanceRow): boolean =>
  instanceTypes().get(instance_type)?.BurstablePerformanceSupported === true

const usualCredits = ({ instance_type }: InstanceRow, scope: Scope): string =>
  familyCredits(instance_type.split('.')[0]!, scope)

/** Only T2 starts as standard, unless the account has chosen. */
const familyCredits = (name: string, scope: Scope): string =>
  settingOf<Record<string, string>>(scope, setting, {})[name] ??
  (name === 't2' ? 'standard' : 'unlimited')

const setting = 'default-credit-specifications'
const families: ReadonlySet<string> = new Set(['t2', 't3', 't3a', 't4g'])

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetDefaultCreditSpecification.html */
export const GetDefaultCreditSpecification = operation<
  GetDefaultCreditSpecificationRequest,
  GetDefaultCreditSpecificationResult
>({
  authorize: anyResource,
  run({ InstanceFamily: name }, call) {
    if (!name) throw missingParameter('InstanceFamily')
    if (!families.has(name)) throw invalidValue(name, 'instanceFamily')
    return {
      InstanceFamilyCreditSpecification: {
        InstanceFamily: name,
        CpuCredits: familyCredits(name, call),
      },
    }
  },
})

/** Of instances launched from then on, and those that never had a choice of their own. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyDefaultCreditSpecification.html */
export const ModifyDefaultCreditSpecification = operation<
  ModifyDefaultCreditSpecificationRequest,
  ModifyDefaultCreditSpecificationResult
>({
  authorize: anyResource,
  run({ InstanceFamily: name, CpuCredits }, call) {
    if (!name) throw missingParameter('InstanceFamily')
    if (!families.has(name)) throw invalidValue(name, 'instanceFamily')
    if (CpuCredits !== 'standard' && CpuCredits !== 'unlimited') {
      throw invalidValue(CpuCredits ?? '', 'CpuCredits')
    }
    const chosen = settingOf<Record<string, string>>(call, setting, {})
    keepSetting(call, setting, { ...chosen, [name]: CpuCredits })
    return { InstanceFamilyCreditSpecification: { InstanceFamily: name, CpuCredits } }
  },
})

const notBurstable = (id: string) =>
  new AwsError(
    'InstanceCreditSpecification.NotSupported',
    `The instance '${id}' is not a burstable performance instance.`,
  )
