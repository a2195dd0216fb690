import { AwsError } from '../../errors.ts'

// https://docs.aws.amazon.com/savingsplans/latest/APIReference/CommonErrors.html

export const invalid = (message: string) => new AwsError('ValidationException', message)

export const planNotFound = (id: string) =>
  new AwsError('ResourceNotFoundException', `No Savings Plan with the ID ${id} was found.`, {
    status: 404,
  })

export const offeringNotFound = (id: string) =>
  new AwsError('ResourceNotFoundException', `No offering with the ID ${id} was found.`, {
    status: 404,
  })
