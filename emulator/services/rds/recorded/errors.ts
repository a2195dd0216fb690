import { AwsError } from '../../../errors.ts'

const notFound = (code: string, message: string) => new AwsError(code, message, { status: 404 })

export const reservedInstanceNotFound = (id: string) =>
  notFound('ReservedDBInstanceNotFound', `The specified reserved DB Instance not found: ${id}`)

export const reservedInstanceExists = (id: string) =>
  new AwsError(
    'ReservedDBInstanceAlreadyExists',
    `User already has a reservation with the given identifier: ${id}`,
    { status: 404 },
  )

export const reservedInstanceQuotaExceeded = () =>
  new AwsError(
    'ReservedDBInstanceQuotaExceeded',
    "Request would exceed the user's DB Instance quota.",
  )

export const offeringNotFound = (id: string) =>
  notFound('ReservedDBInstancesOfferingNotFound', `Specified offering ${id} does not exist.`)

export const proxyNotFound = (name: string) =>
  notFound(
    'DBProxyNotFoundFault',
    `The specified proxy name ${name} doesn't correspond to a proxy owned by your Amazon Web Services account in the specified Amazon Web Services Region.`,
  )

export const proxyExists = (name: string) =>
  new AwsError(
    'DBProxyAlreadyExistsFault',
    `Cannot create the DBProxy because a DBProxy with the identifier ${name} already exists.`,
  )

export const proxyQuotaExceeded = () =>
  new AwsError(
    'DBProxyQuotaExceededFault',
    'Your Amazon Web Services account already has the maximum number of proxies in the specified Amazon Web Services Region.',
  )

export const proxyEndpointNotFound = (name: string) =>
  notFound('DBProxyEndpointNotFoundFault', `DBProxyEndpoint not found: ${name}`)

export const proxyEndpointExists = (name: string) =>
  new AwsError(
    'DBProxyEndpointAlreadyExistsFault',
    `Cannot create the DBProxyEndpoint because a DBProxyEndpoint with the identifier ${name} already exists.`,
  )

export const targetGroupNotFound = (name: string) =>
  notFound('DBProxyTargetGroupNotFoundFault', `DBProxyTargetGroup not found: ${name}`)

export const targetNotFound = (id: string) =>
  notFound('DBProxyTargetNotFoundFault', `DBProxyTarget not found: ${id}`)

export const targetRegistered = (id: string) =>
  new AwsError(
    'DBProxyTargetAlreadyRegisteredFault',
    `The target ${id} is already registered with the target group.`,
  )

export const deploymentNotFound = (id: string) =>
  notFound(
    'BlueGreenDeploymentNotFoundFault',
    `BlueGreenDeploymentIdentifier ${id} doesn't refer to an existing blue/green deployment.`,
  )

export const exportTaskNotFound = (id: string) =>
  notFound(
    'ExportTaskNotFound',
    `Cannot cancel export task because a task with the identifier ${id} is not exist.`,
  )

export const exportTaskExists = (id: string) =>
  new AwsError(
    'ExportTaskAlreadyExists',
    `Cannot start export task because a task with the identifier ${id} already exists.`,
  )

export const exportTaskIsOver = (id: string, status: string) =>
  new AwsError(
    'InvalidExportTaskStateFault',
    `You can't cancel the export task ${id}, which is ${status}.`,
  )

export const exportSourceState = (status: string) =>
  new AwsError(
    'InvalidExportSourceState',
    `Export source should be 'available' but current status is ${status}.`,
  )

export const globalClusterNotFound = (id: string) =>
  notFound('GlobalClusterNotFoundFault', `Global cluster ${id} not found`)

export const globalClusterExists = (id: string) =>
  new AwsError('GlobalClusterAlreadyExistsFault', `Global cluster ${id} already exists`)

export const globalClusterState = (message: string) =>
  new AwsError('InvalidGlobalClusterStateFault', message)

export const certificateNotFound = (id: string) =>
  notFound('CertificateNotFound', `Certificate ${id} not found.`)

export const resourceNotFound = (arn: string) =>
  notFound('ResourceNotFoundFault', `The specified resource ID ${arn} was not found.`)

export const integrationNotFound = (id: string) =>
  notFound('IntegrationNotFoundFault', `Integration ${id} not found.`)
