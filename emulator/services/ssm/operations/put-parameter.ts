import type { PutParameterRequest, PutParameterResult } from '@aws-sdk/client-ssm'
import { verdictOf } from '../allowed-pattern.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import {
  alreadyExists,
  invalidPattern,
  oldestIsLabelled,
  patternMismatch,
  tooManyParameters,
  typeMismatch,
  validation,
} from '../errors.ts'
import { checkNewName, keyOf } from '../names.ts'
import { onParameter } from '../read.ts'
import {
  countParameters,
  deleteVersion,
  findParameter,
  labelsOf,
  putParameter,
  versionsOf,
} from '../rows/parameters.ts'
import type { ParameterRow } from '../rows/parameters.ts'
import { parsePolicies, scheduleExpiry } from '../policies.ts'
import { checkTags, requestTags } from '../tags.ts'
import { encryptPermissions, encryptValue } from '../values.ts'

const mostVersions = 100
const mostParameters = { Standard: 10_000, Advanced: 100_000 } as const
const mostBytes = { Standard: 4096, Advanced: 8192 } as const

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
export const PutParameter = operation<PutParameterRequest, PutParameterResult>({
  authorize(input, call) {
    const { Name = '', Overwrite, Tags } = input
    const existing = findParameter(call, keyOf(Name))
    const type = input.Type ?? existing?.type
    const context = {
      'ssm:Overwrite': String(Overwrite === true),
      ...(input.Policies ? { 'ssm:Policies': input.Policies } : {}),
      ...requestTags(Tags),
    }
    const keyId = input.KeyId ?? existing?.key_id ?? undefined
    return [
      onParameter(call, Name, { context }),
      ...(Tags?.length
        ? [
            onParameter(call, Name, {
              action: 'ssm:AddTagsToResource',
              context: requestTags(Tags),
            }),
          ]
        : []),
      ...(type === 'SecureString'
        ? encryptPermissions(call, { name: Name, keyId, tier: chooseTier(input, existing) })
        : []),
    ]
  },
  run(input, call) {
    const { Name: name = '', Value: value = '' } = input
    checkNewName(name)
    const key = keyOf(name)
    const existing = findParameter(call, key)
    const type = input.Type ?? existing?.type
    if (input.Overwrite && input.Tags?.length) {
      throw validation(
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
      )
    }
    if (existing && !input.Overwrite) throw alreadyExists()
    if (!type) throw validation('A parameter type is required when you create a parameter.')
    if (existing && existing.type !== type) throw typeMismatch()
    const tier = chooseTier(input, existing)
    const pattern = input.AllowedPattern ?? existing?.allowed_pattern ?? null
    checkValue(value, { tier, type, pattern })
    const dataType = checkedDataType(input.DataType ?? existing?.data_type ?? 'text', value)
    const policies = parsePolicies(input.Policies ?? existing?.policies, tier)
    if (!existing && countParameters(call, tier) >= mostParameters[tier]) {
      throw tooManyParameters(mostParameters[tier])
    }
    checkTags(input.Tags ?? [])
    const keyId =
      type === 'SecureString' ? (input.KeyId ?? existing?.key_id ?? 'alias/aws/ssm') : null
    if (input.KeyId !== undefined && type !== 'SecureString') {
      throw validation('KeyId is required for SecureString type parameter only.')
    }
    const version = (existing?.version ?? 0) + 1
    makeRoom(call, existing)
    const row: ParameterRow = {
      key,
      name: existing?.name ?? name,
      tags: existing?.tags ?? JSON.stringify(tagObject(input.Tags)),
      version,
      type,
      data_type: dataType,
      tier,
      description: input.Description ?? existing?.description ?? null,
      allowed_pattern: pattern,
      key_id: keyId,
      policies: JSON.stringify(policies),
      modified_at: call.now,
      modified_by: call.caller.arn ?? '',
    }
    putParameter(
      call,
      row,
      keyId === null
        ? { value: Buffer.from(value, 'utf8'), wrappedKey: null }
        : encryptValue(call, row.name, keyId, value),
    )
    scheduleExpiry(policies, key, version, call)
    return { Version: version, Tier: tier }
  },
})

const tagObject = (tags: PutParameterRequest['Tags'] = []): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key!, Value!]))

/** A parameter never goes back to Standard; Intelligent-Tiering is Advanced where it has to be. */
function chooseTier(
  { Tier, Value = '', Policies }: PutParameterRequest,
  existing: ParameterRow | undefined,
): 'Standard' | 'Advanced' {
  if (existing?.tier === 'Advanced' || Tier === 'Advanced') return 'Advanced'
  const needsMore = Buffer.byteLength(Value) > mostBytes.Standard || Policies !== undefined
  return Tier === 'Intelligent-Tiering' && needsMore ? 'Advanced' : 'Standard'
}

function checkValue(
  value: string,
  { tier, type, pattern }: { tier: 'Standard' | 'Advanced'; type: string; pattern: string | null },
): void {
  if (value === '') {
    throw validation(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    )
  }
  if (Buffer.byteLength(value) > mostBytes[tier]) {
    throw validation(
      tier === 'Standard'
        ? 'Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html'
        : 'Advanced tier parameters support a maximum parameter value of 8192 characters.',
    )
  }
  if (/\{\{.*\}\}/s.test(value)) {
    throw validation(
      'Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.',
    )
  }
  if (!pattern) return
  const values = type === 'StringList' ? value.split(',') : [value]
  const verdict = verdictOf(pattern, values)
  if (verdict === 'no pattern') throw invalidPattern(pattern)
  if (verdict !== 'match') throw patternMismatch(pattern)
}

function checkedDataType(dataType: string, value: string): string {
  if (!['text', 'aws:ec2:image', 'aws:ssm:integration'].includes(dataType)) {
    throw validation(
      `The following data type is not supported: ${dataType} (Data type names are all lowercase.)`,
    )
  }
  if (dataType === 'aws:ec2:image' && !/^ami-[0-9a-f]{8,17}$/.test(value)) {
    throw validation(
      `The parameter value ${value} isn't valid for the data type aws:ec2:image. The value must be the ID of an Amazon Machine Image (AMI).`,
    )
  }
  return dataType
}

/** The oldest version goes when there are too many, unless somebody has named it. */
function makeRoom(call: Call, existing: ParameterRow | undefined): void {
  if (!existing) return
  const versions = versionsOf(call, existing.key)
  if (versions.length < mostVersions) return
  const oldest = versions[0]!
  if (labelsOf(oldest).length > 0) throw oldestIsLabelled(existing.name, oldest.version)
  deleteVersion(call, existing.key, oldest.version)
}
