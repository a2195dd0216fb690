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

export const templateVersionNotFound = (version: string, id: string) =>
  new AwsError(
    'InvalidLaunchTemplateId.VersionNotFound',
    `Could not find the specified version ${version} for the launch template with ID ${id}.`,
  )

export const idOrName = () =>
  invalidParameterCombination(
    'Either a launch template ID or a launch template name must be specified, not both.',
  )
