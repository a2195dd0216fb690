import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  CreateUserCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow, asUser } from './callers.ts'

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

describe('OpenID Connect providers', () => {
  const create = async (Url = 'https://idp.example.com/path', rest = {}) => {
    const answer = await iam.send(new CreateOpenIDConnectProviderCommand({ Url, ...rest }))
    return answer.OpenIDConnectProviderArn!
  }
  const get = (OpenIDConnectProviderArn: string) =>
    iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))

  test('are known by their address, and list their clients once', async () => {
    const arn = await create('https://idp.example.com/path', {
      ClientIDList: ['b', 'a', 'b'],
      ThumbprintList: ['A'.repeat(40)],
      Tags: [{ Key: 'k', Value: 'v' }],
    })
    expect(arn).toBe('arn:aws:iam::123456789012:oidc-provider/idp.example.com/path')
    expect(await get(arn)).toMatchObject({
      Url: 'idp.example.com/path',
      ClientIDList: ['b', 'a'],
      ThumbprintList: ['a'.repeat(40)],
      Tags: [{ Key: 'k', Value: 'v' }],
      CreateDate: expect.any(Date),
    })
  })

  test.each([
    ['https://idp.example.com:443', 'idp.example.com'],
    ['https://idp.example.com:443/x', 'idp.example.com/x'],
    ['https://idp.example.com:8443', 'idp.example.com:8443'],
    ['https://IDP.example.com/Mixed/', 'IDP.example.com/Mixed/'],
  ])('%s is %s', async (url, name) => {
    expect(await create(url)).toBe(`arn:aws:iam::123456789012:oidc-provider/${name}`)
  })

  test.each([
    ['http://idp.example.com', 'ValidationError'],
    ['idp.example.com', 'ValidationError'],
    ['https://idp.example.com/?q=1', 'InvalidInputException'],
    ['https://idp.example.com/#f', 'InvalidInputException'],
  ])('refuses %s', async (url, name) => {
    await expect(create(url)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } })
  })

  test('refuses an address that is taken, and six thumbprints', async () => {
    await create()
    await expect(create()).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'Provider with url https://idp.example.com/path already exists.',
    })
    const ThumbprintList = Array.from({ length: 6 }, () => 'b'.repeat(40))
    await expect(create('https://other.example.com', { ThumbprintList })).rejects.toThrow(
      'Thumbprint list must contain fewer than 5 entries.',
    )
  })

  test('gain and lose clients, to no effect the second time', async () => {
    const OpenIDConnectProviderArn = await create()
    const on = { OpenIDConnectProviderArn, ClientID: 'app' }
    for (let time = 1; time <= 2; time++) {
      await iam.send(new AddClientIDToOpenIDConnectProviderCommand(on))
    }
    expect(await get(OpenIDConnectProviderArn)).toMatchObject({ ClientIDList: ['app'] })
    for (let time = 1; time <= 2; time++) {
      await iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand(on))
    }
    expect(await get(OpenIDConnectProviderArn)).toMatchObject({ ClientIDList: [] })
  })

  test('get other thumbprints, at least one', async () => {
    const OpenIDConnectProviderArn = await create()
    const update = (ThumbprintList: string[]) =>
      iam.send(
        new UpdateOpenIDConnectProviderThumbprintCommand({
          OpenIDConnectProviderArn,
          ThumbprintList,
        }),
      )
    await update(['c'.repeat(40)])
    expect(await get(OpenIDConnectProviderArn)).toMatchObject({ ThumbprintList: ['c'.repeat(40)] })
    await expect(update([])).rejects.toThrow('Thumbprint list must contain at least one entry.')
  })

  test('are listed, tagged and deleted', async () => {
    const OpenIDConnectProviderArn = await create()
    const { OpenIDConnectProviderList } = await iam.send(new ListOpenIDConnectProvidersCommand({}))
    expect(OpenIDConnectProviderList).toEqual([{ Arn: OpenIDConnectProviderArn }])
    const on = { OpenIDConnectProviderArn }
    const Tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ]
    await iam.send(new TagOpenIDConnectProviderCommand({ ...on, Tags }))
    await iam.send(new UntagOpenIDConnectProviderCommand({ ...on, TagKeys: ['a'] }))
    const listed = await iam.send(new ListOpenIDConnectProviderTagsCommand(on))
    expect(listed).toMatchObject({ Tags: [{ Key: 'b', Value: '2' }], IsTruncated: false })
    await iam.send(new DeleteOpenIDConnectProviderCommand(on))
    // Once more changes nothing, and is no error.
    await iam.send(new DeleteOpenIDConnectProviderCommand(on))
    await expect(get(OpenIDConnectProviderArn)).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: `OpenIDConnect Provider not found for arn ${OpenIDConnectProviderArn}`,
    })
    await expect(get('arn:aws:iam::123456789012:user/alice')).rejects.toMatchObject({
      name: 'InvalidInputException',
    })
  })

  test('are resources of policies', async () => {
    await iam.send(new CreateUserCommand({ UserName: 'alice' }))
    const arn = await create()
    const other = await create('https://other.example.com')
    const alice = emulator.client(
      IAMClient,
      await asUser(emulator, 'alice', allow('iam:GetOpenIDConnectProvider', arn)),
    )
    await alice.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }))
    await expect(
      alice.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: other })),
    ).rejects.toThrow(
      `is not authorized to perform: iam:GetOpenIDConnectProvider on resource: ${other}`,
    )
  })
})
