import type {
  CreateCustomDBEngineVersionMessage,
  DBEngineVersion,
  DeleteCustomDBEngineVersionMessage,
  ModifyCustomDBEngineVersionMessage,
} from '@aws-sdk/client-rds'
import { AwsError } from '../../../errors.ts'
import { operation, type Call } from '../../../operation.ts'
import { invalidParameterValue } from '../errors.ts'
import { on } from '../permissions.ts'

// RDS Custom is for Oracle and SQL Server, whose media one brings along: nothing here runs either, so that no custom version can be
// made. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/custom-cev.html

interface Named {
  readonly Engine: string | undefined
  readonly EngineVersion: string | undefined
}

const onVersion = ({ Engine = '', EngineVersion = '' }: Named, call: Call, use = {}) => [
  on(call, 'cev', `${Engine}/${EngineVersion}/*`, use),
]

export const CreateCustomDBEngineVersion = operation<
  CreateCustomDBEngineVersionMessage,
  DBEngineVersion
>({
  authorize: (input, call) => onVersion(input, call, { tags: input.Tags }),
  run({ Engine = '' }) {
    if (!/^custom-(?:oracle|sqlserver)-/.test(Engine)) {
      throw invalidParameterValue(`Invalid DB engine for a custom engine version: ${Engine}`)
    }
    throw new AwsError(
      'CreateCustomDBEngineVersionFault',
      `An error occurred while trying to create the CEV: pocketcloud runs neither Oracle nor SQL Server, so that no instance could use a version of ${Engine}.`,
    )
  },
})

const onNone = {
  authorize: (input: Named, call: Call) => onVersion(input, call),
  run({ Engine, EngineVersion }: Named): DBEngineVersion {
    throw new AwsError(
      'CustomDBEngineVersionNotFoundFault',
      `The custom engine version ${EngineVersion} of ${Engine} was not found.`,
      { status: 404 },
    )
  },
}

export const ModifyCustomDBEngineVersion = operation<
  ModifyCustomDBEngineVersionMessage,
  DBEngineVersion
>(onNone)

export const DeleteCustomDBEngineVersion = operation<
  DeleteCustomDBEngineVersionMessage,
  DBEngineVersion
>(onNone)
