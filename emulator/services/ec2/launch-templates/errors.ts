import { AwsError } from '../../../errors.ts'
import { invalidParameterCombination } from '../errors.ts'

// What EC2 says about launch templates.

export const templateNameTaken = () =>
  new AwsError(
    'InvalidLaunchTemplateName.AlreadyExistsException',
    'Launch template name already in use.',
  )

export const templateNameMalformed = () =>
  new AwsError(
    'InvalidLaunchTemplateName.MalformedException',
    'A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _.',
  )

export const templateNameNotFound = (name: string) =>
  new AwsError(
    'InvalidLaunchTemplateName.NotFoundException',
    `The specified launch template, with template name ${name}, does not exist.`,
  )

/** What the Describe says where one of several is missing. */
export const someTemplateMissing = () =>
  new AwsError(
    'InvalidLaunchTemplateName.NotFoundException',
    'At least one of the launch templates specified in the request does not exist.',
  )

const allOrOne =
  'To describe the launch template data for all your launch templates, for ‘--versions’ specify ‘$Latest’, ‘$Default’, or both, and omit ‘--launch-template-id’, ‘--launch-template-name’, and version numbers. To describe the launch template data for a specific launch template, specify ‘--launch-template-id’ or ‘--launch-template-name’, and for ‘--versions’ specify one or more of the following values: ‘$Latest’, ‘$Default’, or one or more version numbers.'

export const versionsOfWhich = (hasVersions: boolean) =>
  new AwsError(hasVersions ? 'InvalidParameterValue' : 'MissingParameter', allOrOne)

export const missingTemplate = () =>
  new AwsError(
    'MissingParameter',
    'The request must contain the parameter launch template ID or launch template name',
  )

/** What ModifyLaunchTemplate says of a version. */
export const newDefaultNotFound = (version: string) =>
  new AwsError(
    'InvalidLaunchTemplateId.VersionNotFound',
    `The launch template version ${version} is not found for the specified launch template.`,
  )

export const idOrNameToModify = () =>
  invalidParameterCombination(
    'Either provide launch template ID or launch template name to modify the template.',
  )

export const templateVersionNotFound = (version: string, id: string) =>
  new AwsError(
    'InvalidLaunchTemplateId.VersionNotFound',
    `Could not find the specified version ${version} for the launch template with ID ${id}.`,
  )

export const idOrName = () =>
  invalidParameterCombination(
    'Either a launch template ID or a launch template name must be specified, not both.',
  )
