import { AwsError } from '../../../errors.ts'

// What EC2 says when there is not enough: of what an account may have, or of machines.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html

/** @param limit vCPUs */
export const vcpuLimitExceeded = (limit: number) =>
  new AwsError(
    'VcpuLimitExceeded',
    `You have requested more vCPU capacity than your current vCPU limit of ${limit} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
  )

export const spotCountExceeded = () =>
  new AwsError('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded')

/** @param others zones that have the type */
export const insufficientCapacity = (type: string, zone: string, others: readonly string[]) =>
  new AwsError(
    'InsufficientInstanceCapacity',
    `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${zone}). Our system will be working on provisioning additional capacity.${
      others.length > 0
        ? ` You can currently get ${type} capacity by not specifying an Availability Zone in your request or choosing ${others.join(', ')}.`
        : ''
    }`,
    { status: 500 },
  )

/** What StartInstances says of it. */
export const insufficientCapacityToStart = () =>
  new AwsError('InsufficientInstanceCapacity', 'Insufficient capacity.', { status: 500 })

export const reservationCapacityExceeded = () =>
  new AwsError(
    'ReservationCapacityExceeded',
    'The requested reservation does not have sufficient compatible and available capacity for this request.',
  )

export const unsupportedHibernation = (message: string) =>
  new AwsError('UnsupportedHibernationConfiguration', message)

export const notHibernatable = (id: string) =>
  new AwsError(
    'UnsupportedHibernationConfiguration',
    `The instance ${id} is not configured for hibernation.`,
  )
