import { AwsError } from '../../errors.ts'

// FIS's errors. https://docs.aws.amazon.com/fis/latest/APIReference/CommonErrors.html

export const validation = (message: string) => new AwsError('ValidationException', message)

const notFound = (message: string) =>
  new AwsError('ResourceNotFoundException', message, { status: 404 })

export const templateNotFound = (id: string) => notFound(`Experiment template ${id} not found.`)

export const experimentNotFound = (id: string) => notFound(`Experiment ${id} not found.`)

export const actionNotFound = (id: string) => notFound(`Action ${id} not found.`)

export const resourceTypeNotFound = (type: string) =>
  notFound(`Target resource type ${type} not found.`)

export const tokenUsed = () =>
  new AwsError(
    'ConflictException',
    'The client token was used already, for a request with other parameters.',
    { status: 409 },
  )
