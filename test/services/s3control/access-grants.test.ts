import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import {
  CreateAccessGrantCommand,
  CreateAccessGrantsInstanceCommand,
  CreateAccessGrantsLocationCommand,
  DeleteAccessGrantCommand,
  DeleteAccessGrantsInstanceCommand,
  DeleteAccessGrantsInstanceResourcePolicyCommand,
  DeleteAccessGrantsLocationCommand,
  GetAccessGrantCommand,
  GetAccessGrantsInstanceCommand,
  GetAccessGrantsInstanceForPrefixCommand,
  GetAccessGrantsInstanceResourcePolicyCommand,
  GetAccessGrantsLocationCommand,
  GetDataAccessCommand,
  ListAccessGrantsCommand,
  ListAccessGrantsInstancesCommand,
  ListAccessGrantsLocationsCommand,
  ListCallerAccessGrantsCommand,
  ListTagsForResourceCommand,
  PutAccessGrantsInstanceResourcePolicyCommand,
  S3ControlClient,
  TagResourceCommand,
  UpdateAccessGrantsLocationCommand,
} from '@aws-sdk/client-s3-control'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { virtualHostStyle } from '../s3/support.ts'

const AccountId = '123456789012'
const instanceArn = `arn:aws:s3:us-east-1:${AccountId}:access-grants/default`

let emulator: TestEmulator
let control: S3ControlClient
let IAMRoleArn: string
let reader: { readonly arn: string; readonly control: S3ControlClient; readonly s3: S3Client }

const document = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })

beforeAll(async () => {
  emulator = await startTestEmulator()
  const hosts = { ...virtualHostStyle(emulator), forcePathStyle: undefined }
  control = emulator.client(S3ControlClient, hosts)
  const s3 = emulator.client(S3Client)
  const Bucket = 'shared'
  await s3.send(new CreateBucketCommand({ Bucket }))
  for (const Key of ['data/a', 'data/sub/b', 'private/c']) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: `bytes of ${Key}` }))
  }
  const iam = emulator.client(IAMClient)
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'grants',
      AssumeRolePolicyDocument: document({
        Principal: { Service: 'access-grants.s3.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      }),
    }),
  )
  IAMRoleArn = Role!.Arn!
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'grants',
      PolicyName: 'all',
      PolicyDocument: document({ Action: 's3:*', Resource: '*' }),
    }),
  )
  const { User } = await iam.send(new CreateUserCommand({ UserName: 'reader' }))
  await iam.send(
    new PutUserPolicyCommand({
      UserName: 'reader',
      PolicyName: 'ask',
      PolicyDocument: document({
        Action: ['s3:GetDataAccess', 's3:ListCallerAccessGrants'],
        Resource: instanceArn,
      }),
    }),
  )
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'reader' }))
  const credentials = {
    accessKeyId: AccessKey!.AccessKeyId!,
    secretAccessKey: AccessKey!.SecretAccessKey!,
  }
  reader = {
    arn: User!.Arn!,
    control: emulator.client(S3ControlClient, { ...hosts, credentials }),
    s3: emulator.client(S3Client, { credentials }),
  }
})
afterAll(() => emulator.close())

const location = (LocationScope: string, more: object = {}) =>
  control.send(
    new CreateAccessGrantsLocationCommand({ AccountId, LocationScope, IAMRoleArn, ...more }),
  )
const grant = (AccessGrantsLocationId: string, S3SubPrefix: string, more: object = {}) =>
  control.send(
    new CreateAccessGrantCommand({
      AccountId,
      AccessGrantsLocationId,
      AccessGrantsLocationConfiguration: { S3SubPrefix },
      Grantee: { GranteeType: 'IAM', GranteeIdentifier: reader.arn },
      Permission: 'READ',
      ...more,
    }),
  )

test('an instance, its locations and grants are made, shown, changed and deleted', async () => {
  const none = { name: 'AccessGrantsInstanceNotExistsError', $metadata: { httpStatusCode: 404 } }
  await expect(location('s3://')).rejects.toMatchObject(none)
  const create = () => control.send(new CreateAccessGrantsInstanceCommand({ AccountId }))
  const shown = { AccessGrantsInstanceId: 'default', AccessGrantsInstanceArn: instanceArn }
  expect(await create()).toMatchObject(shown)
  await expect(create()).rejects.toMatchObject({ name: 'AccessGrantsInstanceAlreadyExists' })
  const instance = { AccountId }
  expect(await control.send(new GetAccessGrantsInstanceCommand(instance))).toMatchObject(shown)
  const all = await control.send(new ListAccessGrantsInstancesCommand(instance))
  expect(all.AccessGrantsInstancesList).toMatchObject([shown])
  const prefix = { AccountId, S3Prefix: 's3://shared/data' }
  expect(await control.send(new GetAccessGrantsInstanceForPrefixCommand(prefix))).toMatchObject(
    shown,
  )

  const made = await location('s3://shared/da*')
  const { AccessGrantsLocationId } = made
  expect(made).toMatchObject({ LocationScope: 's3://shared/da*', IAMRoleArn })
  const named = { AccountId, AccessGrantsLocationId }
  expect(await control.send(new GetAccessGrantsLocationCommand(named))).toMatchObject({
    AccessGrantsLocationArn: `${instanceArn}/location/${AccessGrantsLocationId}`,
  })
  const foreign = { IAMRoleArn: `arn:aws:iam::${AccountId}:role/nobody` }
  await expect(location('s3://shared/x*', foreign)).rejects.toMatchObject({
    name: 'InvalidIamRole',
  })
  const update = new UpdateAccessGrantsLocationCommand({ ...named, IAMRoleArn })
  expect(await control.send(update)).toMatchObject({ IAMRoleArn })
  const locations = await control.send(new ListAccessGrantsLocationsCommand({ AccountId }))
  expect(locations.AccessGrantsLocationsList).toHaveLength(1)

  const one = await grant(AccessGrantsLocationId!, 'ta/*')
  expect(one).toMatchObject({ GrantScope: 's3://shared/data/*', Permission: 'READ' })
  await expect(grant(AccessGrantsLocationId!, 'ta/*')).rejects.toMatchObject({
    name: 'AccessGrantAlreadyExists',
  })
  const asked = { AccountId, AccessGrantId: one.AccessGrantId }
  expect(await control.send(new GetAccessGrantCommand(asked))).toMatchObject({
    Grantee: { GranteeType: 'IAM', GranteeIdentifier: reader.arn },
    AccessGrantArn: one.AccessGrantArn,
  })
  const listed = await control.send(new ListAccessGrantsCommand({ AccountId, Permission: 'WRITE' }))
  expect(listed.AccessGrantsList).toEqual([])
  const resource = { AccountId, ResourceArn: one.AccessGrantArn! }
  const Tags = [{ Key: 'a', Value: 'b' }]
  await control.send(new TagResourceCommand({ ...resource, Tags }))
  expect((await control.send(new ListTagsForResourceCommand(resource))).Tags).toEqual(Tags)

  await expect(
    control.send(new DeleteAccessGrantsInstanceCommand({ AccountId })),
  ).rejects.toMatchObject({ name: 'AccessGrantsInstanceNotEmptyError' })
  const deleteLocation = () => control.send(new DeleteAccessGrantsLocationCommand(named))
  await expect(deleteLocation()).rejects.toMatchObject({
    name: 'AccessGrantsLocationNotEmptyError',
  })
  await control.send(new DeleteAccessGrantCommand(asked))
  await expect(control.send(new GetAccessGrantCommand(asked))).rejects.toMatchObject({
    name: 'NoSuchAccessGrantError',
  })
  await deleteLocation()
  await control.send(new DeleteAccessGrantsInstanceCommand({ AccountId }))
})

test('a grantee gets credentials for what the grant says, and nothing else', async () => {
  await control.send(new CreateAccessGrantsInstanceCommand({ AccountId }))
  await location('s3://')
  await grant('default', 'shared/data/*')
  const ask = (Target: string, Permission: 'READ' | 'WRITE' = 'READ', more: object = {}) =>
    reader.control.send(new GetDataAccessCommand({ AccountId, Target, Permission, ...more }))
  const { Credentials, MatchedGrantTarget } = await ask('s3://shared/data/sub/*')
  expect(MatchedGrantTarget).toBe('s3://shared/data/*')
  const s3 = emulator.client(S3Client, {
    credentials: {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    },
  })
  const get = (Key: string, by = s3) => by.send(new GetObjectCommand({ Bucket: 'shared', Key }))
  const body = (await get('data/a')).Body!
  expect(await body.transformToString()).toBe('bytes of data/a')
  const denied = { name: 'AccessDenied' }
  await expect(get('data/a', reader.s3)).rejects.toMatchObject(denied)
  await expect(get('private/c')).rejects.toMatchObject(denied)
  const write = { Bucket: 'shared', Key: 'data/new', Body: 'x' }
  await expect(s3.send(new PutObjectCommand(write))).rejects.toMatchObject(denied)
  const list = (Prefix: string) => s3.send(new ListObjectsV2Command({ Bucket: 'shared', Prefix }))
  expect((await list('data/')).KeyCount).toBe(2)
  await expect(list('')).rejects.toMatchObject(denied)

  await expect(ask('s3://shared/*')).rejects.toMatchObject(denied)
  await expect(ask('s3://shared/data/*', 'WRITE')).rejects.toMatchObject(denied)
  const least = await ask('s3://shared/data/sub/*', 'READ', { Privilege: 'Minimal' })
  expect(least.MatchedGrantTarget).toBe('s3://shared/data/sub/*')
  const own = await reader.control.send(new ListCallerAccessGrantsCommand({ AccountId }))
  expect(own.CallerAccessGrantsList).toEqual([
    { Permission: 'READ', GrantScope: 's3://shared/data/*' },
  ])
})

test("the instance's policy is kept", async () => {
  const get = () => control.send(new GetAccessGrantsInstanceResourcePolicyCommand({ AccountId }))
  await expect(get()).rejects.toMatchObject({ name: 'AccessGrantsInstanceResourcePolicyNotExists' })
  const Policy = document({
    Principal: { AWS: '999988887777' },
    Action: 's3:ListCallerAccessGrants',
    Resource: instanceArn,
  })
  await control.send(new PutAccessGrantsInstanceResourcePolicyCommand({ AccountId, Policy }))
  expect(await get()).toMatchObject({ Policy })
  const other = emulator.client(S3ControlClient, {
    ...virtualHostStyle(emulator),
    forcePathStyle: undefined,
    credentials: { accessKeyId: '999988887777', secretAccessKey: 'x' },
  })
  const theirs = () => other.send(new ListCallerAccessGrantsCommand({ AccountId }))
  expect((await theirs()).CallerAccessGrantsList).toEqual([])
  await control.send(new DeleteAccessGrantsInstanceResourcePolicyCommand({ AccountId }))
  await expect(theirs()).rejects.toMatchObject({ name: 'AccessDenied' })
})
