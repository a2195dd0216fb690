import { AwsError } from '../../../errors.ts'

export const deploymentExists = (name: string) =>
  new AwsError(
    'BlueGreenDeploymentAlreadyExistsFault',
    `A blue/green deployment with the specified name ${name} already exists.`,
  )

export const wrongDeploymentState = (message: string) =>
  new AwsError('InvalidBlueGreenDeploymentStateFault', message)

export const instanceNotSupported = (arn: string) =>
  new AwsError(
    'SourceDatabaseNotSupportedFault',
    `The source DB instance ${arn} isn't supported for a blue/green deployment.`,
  )

export const clusterNotSupported = (arn: string) =>
  new AwsError(
    'SourceClusterNotSupportedFault',
    `The source DB cluster ${arn} isn't supported for a blue/green deployment.`,
  )
