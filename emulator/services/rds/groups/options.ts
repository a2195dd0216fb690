import type {
  Option,
  OptionConfiguration,
  OptionGroupOption,
  OptionSetting,
} from '@aws-sdk/client-rds'
import { readFixture } from '../../../fixtures.ts'
import type { OptionGroup } from '../rows/option-groups.ts'
import { unknownOption, unknownOptionSetting } from './errors.ts'

/** As in `fixtures/rds/options.json`. */
interface OptionFact {
  readonly name: string
  readonly engines: readonly string[]
  readonly majors?: readonly string[]
  readonly description: string
  readonly port?: number
  readonly version?: string
  readonly persistent?: boolean
  readonly permanent?: boolean
  readonly settings: readonly [
    name: string,
    value: string | null,
    allowed: string | null,
    description: string,
    applyType: string,
    dataType: string,
  ][]
}

let known: readonly OptionFact[] | undefined

const facts = () =>
  (known ??= (JSON.parse(readFixture('rds/options.json')) as { options: OptionFact[] }).options)

const isFor = ({ engines, majors }: OptionFact, engine: string, major: string) =>
  engines.some((one) => (one.endsWith('-') ? engine.startsWith(one) : engine === one)) &&
  (majors === undefined || majors.includes(major))

/** The options that groups of an engine's major version can have. */
export const optionsFor = (engine: string, major: string): OptionGroupOption[] =>
  facts()
    .filter((fact) => isFor(fact, engine, major))
    .map((fact) => ({
      Name: fact.name,
      Description: fact.description,
      EngineName: engine,
      MajorEngineVersion: major,
      PortRequired: fact.port !== undefined,
      ...(fact.port !== undefined && { DefaultPort: fact.port }),
      OptionsDependedOn: [],
      OptionsConflictsWith: [],
      Persistent: fact.persistent ?? false,
      Permanent: fact.permanent ?? false,
      RequiresAutoMinorEngineVersionUpgrade: false,
      VpcOnly: false,
      OptionGroupOptionSettings: fact.settings.map(
        ([name, value, allowed, description, applyType]) => ({
          SettingName: name,
          SettingDescription: description,
          ...(value !== null && { DefaultValue: value }),
          ApplyType: applyType,
          ...(allowed !== null && { AllowedValues: allowed }),
          IsModifiable: true,
          IsRequired: false,
          MinimumEngineVersionPerAllowedValue: [],
        }),
      ),
      OptionGroupOptionVersions:
        fact.version === undefined ? [] : [{ Version: fact.version, IsDefault: true }],
    }))

/**
 * An option as it becomes part of a group, with the settings' defaults.
 *
 * @param before the same option, where the group has it already
 * @throws InvalidParameterValue for an option or a setting that the engine does not have
 */
export function configured(
  { engine, majorVersion }: OptionGroup,
  wanted: OptionConfiguration,
  before: Option | undefined,
): Option {
  const name = wanted.OptionName ?? ''
  const fact = facts().find((one) => one.name === name && isFor(one, engine, majorVersion))
  if (!fact) throw unknownOption(name)
  for (const { Name = '' } of wanted.OptionSettings ?? []) {
    if (!fact.settings.some(([setting]) => setting === Name)) {
      throw unknownOptionSetting(name, Name)
    }
  }
  const port = wanted.Port ?? before?.Port ?? fact.port
  const version = wanted.OptionVersion ?? before?.OptionVersion ?? fact.version
  return {
    OptionName: name,
    OptionDescription: fact.description,
    Persistent: fact.persistent ?? false,
    Permanent: fact.permanent ?? false,
    ...(port !== undefined && { Port: port }),
    ...(version !== undefined && { OptionVersion: version }),
    OptionSettings: fact.settings.map((setting) => settingOf(setting, wanted, before)),
    DBSecurityGroupMemberships: [],
    VpcSecurityGroupMemberships: (wanted.VpcSecurityGroupMemberships ?? []).map((id) => ({
      VpcSecurityGroupId: id,
      Status: 'active',
    })),
  }
}

function settingOf(
  [name, byDefault, allowed, description, applyType, dataType]: OptionFact['settings'][number],
  wanted: OptionConfiguration,
  before: Option | undefined,
): OptionSetting {
  const value =
    wanted.OptionSettings?.find((one) => one.Name === name)?.Value ??
    before?.OptionSettings?.find((one) => one.Name === name)?.Value ??
    byDefault
  return {
    Name: name,
    ...(value !== null && { Value: value }),
    ...(byDefault !== null && { DefaultValue: byDefault }),
    Description: description,
    ApplyType: applyType,
    DataType: dataType,
    ...(allowed !== null && { AllowedValues: allowed }),
    IsModifiable: true,
    IsCollection: false,
  }
}
