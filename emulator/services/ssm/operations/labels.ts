import type {
  LabelParameterVersionRequest,
  LabelParameterVersionResult,
  UnlabelParameterVersionRequest,
  UnlabelParameterVersionResult,
} from '@aws-sdk/client-ssm'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { parameterNotFound, tooManyLabels, validation, versionNotFound } from '../errors.ts'
import { keyOf } from '../names.ts'
import { onParameter } from '../read.ts'
import { findParameter, findVersion, labelsOf, setLabels, versionsOf } from '../rows/parameters.ts'
import type { ParameterRow, VersionRow } from '../rows/parameters.ts'

// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-labels.html

const mostLabels = 10
const longest = 100

/** A label is of one version: it moves. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_LabelParameterVersion.html */
export const LabelParameterVersion = operation<
  LabelParameterVersionRequest,
  LabelParameterVersionResult
>({
  authorize: ({ Name = '' }, call) => [onParameter(call, Name)],
  run({ Name = '', ParameterVersion, Labels = [] }, call) {
    const { row, version } = requireVersion(Name, ParameterVersion, call)
    const tooLong = Labels.find((label) => label.length > longest || label === '')
    if (tooLong !== undefined) {
      throw validation(
        `1 validation error detected: Value '[${Labels.join(', ')}]' at 'labels' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 100, Member must have length greater than or equal to 1]`,
      )
    }
    const InvalidLabels = Labels.filter((label) => !isLabel(label))
    if (InvalidLabels.length > 0) {
      return { InvalidLabels, ParameterVersion: version.version }
    }
    const labels = [...new Set([...labelsOf(version), ...Labels])]
    if (labels.length > mostLabels) throw tooManyLabels()
    for (const other of versionsOf(call, row.key)) {
      const had = labelsOf(other)
      if (other.version === version.version || !had.some((label) => Labels.includes(label)))
        continue
      const kept = had.filter((label) => !Labels.includes(label))
      setLabels(call, row.key, other.version, kept)
    }
    setLabels(call, row.key, version.version, labels)
    return { InvalidLabels: [], ParameterVersion: version.version }
  },
})

const isLabel = (label: string) => /^[a-zA-Z0-9_.-]+$/.test(label) && !/^(\d|aws|ssm)/i.test(label)

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UnlabelParameterVersion.html */
export const UnlabelParameterVersion = operation<
  UnlabelParameterVersionRequest,
  UnlabelParameterVersionResult
>({
  authorize: ({ Name = '' }, call) => [onParameter(call, Name)],
  run({ Name = '', ParameterVersion, Labels = [] }, call) {
    const { row, version } = requireVersion(Name, ParameterVersion, call)
    const had = labelsOf(version)
    const RemovedLabels = Labels.filter((label) => had.includes(label))
    setLabels(
      call,
      row.key,
      version.version,
      had.filter((label) => !Labels.includes(label)),
    )
    return { RemovedLabels, InvalidLabels: Labels.filter((label) => !had.includes(label)) }
  },
})

/** @throws ParameterNotFound, ParameterVersionNotFound */
function requireVersion(
  name: string,
  wanted: number | undefined,
  call: Call,
): { row: ParameterRow; version: VersionRow } {
  const row = findParameter(call, keyOf(name))
  if (!row) throw parameterNotFound(name)
  const version = findVersion(call, row.key, wanted ?? row.version)
  if (!version) throw versionNotFound(wanted!, row.name)
  return { row, version }
}
