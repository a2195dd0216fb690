import { createHash } from 'node:crypto'
import type {
  CreateServiceSpecificCredentialRequest,
  CreateServiceSpecificCredentialResponse,
  DeleteServiceSpecificCredentialRequest,
  ListServiceSpecificCredentialsRequest,
  ListServiceSpecificCredentialsResponse,
  ResetServiceSpecificCredentialRequest,
  ResetServiceSpecificCredentialResponse,
  ServiceSpecificCredentialMetadata,
  UpdateServiceSpecificCredentialRequest,
} from '@aws-sdk/client-iam'
import type { IdSource } from '../../../ids.ts'
import { operation, type Call, type Permission } from '../../../operation.ts'
import { userArn } from '../arns.ts'
import {
  cannotBeFound,
  notTheUsersCredential,
  serviceWithoutCredentials,
  unsupportedStatus,
} from '../credential-errors.ts'
import { quotaExceeded, validationError } from '../errors.ts'
import { page, pageOf } from '../pages.ts'
import {
  deleteServiceCredential,
  findServiceCredential,
  isLoginTaken,
  listServiceCredentials,
  putServiceCredential,
  serviceCredentialsOf,
  type ServiceCredential,
} from '../rows/service-credentials.ts'
import { findUserById, type User } from '../rows/users.ts'
import { date, namedOrCallingUser, onUser, requireUser } from '../subjects.ts'

const credentialsPerService = 2
const day = 24 * 3600 * 1000

/**
 * The services that have credentials of their own: some take a user name and a password, the others one text, an API key,
 * which begins with these letters.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html
 */
const services: Readonly<Record<string, 'password' | { readonly keyPrefix: string }>> = {
  'codecommit.amazonaws.com': 'password',
  'cassandra.amazonaws.com': 'password',
  'bedrock.amazonaws.com': { keyPrefix: 'ABSK' },
  'logs.amazonaws.com': { keyPrefix: 'ACWL' },
  'cloudwatch.amazonaws.com': { keyPrefix: 'APIAACWM' },
  'aws-external-anthropic.amazonaws.com': { keyPrefix: 'AEAA' },
}

export const CreateServiceSpecificCredential = operation<
  CreateServiceSpecificCredentialRequest,
  CreateServiceSpecificCredentialResponse
>({
  authorize: ({ UserName, ServiceName, CredentialAgeDays }, call) => [
    onUser(call, UserName, {
      'iam:ServiceSpecificCredentialServiceName': ServiceName!.toLowerCase(),
      ...(CredentialAgeDays !== undefined && {
        'iam:ServiceSpecificCredentialAgeDays': String(CredentialAgeDays),
      }),
    }),
  ],
  run({ UserName, ServiceName, CredentialAgeDays }, call) {
    const { db, account, now, ids } = call
    const user = requireUser(call, UserName!)
    const service = requireService(ServiceName!)
    const present = serviceCredentialsOf(db, account, user.id)
    if (present.filter((other) => other.service === service).length >= credentialsPerService) {
      throw quotaExceeded('ContextSpecificCredentialsPerUserPerContext', credentialsPerService)
    }
    const secret = newSecret(ids)
    const credential: ServiceCredential = {
      account,
      id: ids.iam('ACCA'),
      userId: user.id,
      service,
      login: freeLogin(call, user, service),
      secret: digest(secret),
      status: 'Active',
      createdAt: now,
      expiresAt: CredentialAgeDays === undefined ? null : now + CredentialAgeDays * day,
    }
    putServiceCredential(db, credential)
    return { ServiceSpecificCredential: withSecret(call, credential, secret) }
  },
})

export const ListServiceSpecificCredentials = operation<
  ListServiceSpecificCredentialsRequest,
  ListServiceSpecificCredentialsResponse
>({
  authorize: ({ UserName, AllUsers }, call) =>
    AllUsers ? [userArn(call.account, '/', '*')] : [onUser(call, UserName)],
  run({ UserName, ServiceName, AllUsers = false, ...request }, call) {
    const { db, account } = call
    if (AllUsers && UserName !== undefined) {
      throw validationError('Cannot specify both UserName and AllUsers.')
    }
    const service = ServiceName ? requireService(ServiceName) : undefined
    const { items, answer } = AllUsers
      ? page(
          request,
          (after, limit) => listServiceCredentials(db, account, { service, after, limit }),
          ({ id }) => id,
        )
      : pageOf(
          request,
          serviceCredentialsOf(db, account, namedOrCallingUser(call, UserName).id).filter(
            (credential) => service === undefined || credential.service === service,
          ),
          ({ id }) => id,
        )
    return {
      ServiceSpecificCredentials: items.map((credential) => describe(call, credential)),
      // Unlike the other lists, this one does not say that it is whole.
      ...(answer.IsTruncated ? answer : {}),
    }
  },
})

export const ResetServiceSpecificCredential = operation<
  ResetServiceSpecificCredentialRequest,
  ResetServiceSpecificCredentialResponse
>({
  authorize: ({ UserName, ServiceSpecificCredentialId }, call) => [
    onCredential(call, UserName, ServiceSpecificCredentialId!),
  ],
  run({ UserName, ServiceSpecificCredentialId }, call) {
    const credential = requireCredential(call, UserName, ServiceSpecificCredentialId!)
    const secret = newSecret(call.ids)
    putServiceCredential(call.db, { ...credential, secret: digest(secret) })
    return { ServiceSpecificCredential: withSecret(call, credential, secret) }
  },
})

export const UpdateServiceSpecificCredential = operation<
  UpdateServiceSpecificCredentialRequest,
  {}
>({
  authorize: ({ UserName, ServiceSpecificCredentialId }, call) => [
    onCredential(call, UserName, ServiceSpecificCredentialId!),
  ],
  run({ UserName, ServiceSpecificCredentialId, Status }, call) {
    const credential = requireCredential(call, UserName, ServiceSpecificCredentialId!)
    if (Status !== 'Active' && Status !== 'Inactive') throw unsupportedStatus(Status!)
    putServiceCredential(call.db, { ...credential, status: Status })
    return {}
  },
})

export const DeleteServiceSpecificCredential = operation<
  DeleteServiceSpecificCredentialRequest,
  {}
>({
  authorize: ({ UserName, ServiceSpecificCredentialId }, call) => [
    onCredential(call, UserName, ServiceSpecificCredentialId!),
  ],
  run({ UserName, ServiceSpecificCredentialId }, call) {
    deleteServiceCredential(
      call.db,
      requireCredential(call, UserName, ServiceSpecificCredentialId!),
    )
    return {}
  },
})

function requireService(name: string): string {
  const service = name.toLowerCase()
  if (!Object.hasOwn(services, service)) throw serviceWithoutCredentials(name)
  return service
}

function requireCredential(
  call: Call,
  userName: string | undefined,
  id: string,
): ServiceCredential {
  const user = namedOrCallingUser(call, userName)
  const credential = findServiceCredential(call.db, call.account, id)
  if (!credential) throw cannotBeFound('Service Specific Credential with id', id)
  if (credential.userId !== user.id) throw notTheUsersCredential(user.name, id)
  return credential
}

function onCredential(call: Call, userName: string | undefined, id: string): Permission {
  const credential = findServiceCredential(call.db, call.account, id)
  return onUser(
    call,
    userName,
    credential && { 'iam:ServiceSpecificCredentialServiceName': credential.service },
  )
}

/** `alice-at-123456789012`, then `alice+1-at-…`: the first that is free. */
function freeLogin({ db, account }: Call, user: User, service: string): string {
  for (let number = 0; ; number++) {
    const login = `${user.name}${number === 0 ? '' : `+${number}`}-at-${account}`
    if (!isLoginTaken(db, account, service, login)) return login
  }
}

const newSecret = (ids: IdSource): string => ids.bytes(45).toString('base64')

const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex')

const takesPassword = ({ service }: ServiceCredential) => services[service] === 'password'

function withSecret(call: Call, credential: ServiceCredential, secret: string) {
  const { service, login } = credential
  const kind = services[service]!
  return {
    ...describe(call, credential),
    ...(kind === 'password'
      ? { ServicePassword: secret }
      : {
          ServiceCredentialSecret:
            kind.keyPrefix + Buffer.from(`${login}:${secret}`).toString('base64'),
        }),
  }
}

function describe(
  { db, account }: Call,
  credential: ServiceCredential,
): ServiceSpecificCredentialMetadata {
  const { id, service, login, status, createdAt, expiresAt, userId } = credential
  return {
    UserName: findUserById(db, account, userId)!.name,
    ServiceSpecificCredentialId: id,
    ServiceName: service,
    ...(takesPassword(credential) ? { ServiceUserName: login } : { ServiceCredentialAlias: login }),
    Status: status,
    CreateDate: date(createdAt),
    ...(expiresAt !== null && { ExpirationDate: date(expiresAt) }),
  }
}
