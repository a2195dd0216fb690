import { NormalizedSchema } from '@smithy/core/schema'
import type { Caller } from '../../emulator/auth/caller.ts'
import { newTrail } from '../../emulator/authorize/trail.ts'
import { ownAction } from '../../emulator/authorize/index.ts'
import { AwsError } from '../../emulator/errors.ts'
import type { Call, Operation, Permission } from '../../emulator/operation.ts'
import { kindOf, membersOf } from '../../emulator/protocol/schema.ts'
import { makeRuntime, type Runtime } from '../../emulator/runtime.ts'
import { catalogue, type ServiceEntry } from '../../emulator/services/catalogue.ts'
import { openStore, type Store } from '../../emulator/store/store.ts'

/** A permission that an operation asks for, for some input. */
export interface Declared {
  readonly service: string
  readonly operation: string
  readonly action: string
  readonly resource: string
  /** The service's own condition keys. */
  readonly keys: readonly string[]
}

export interface Declarations {
  readonly declared: readonly Declared[]
  /** Operations that refused every input, as `service:Operation`. */
  readonly unasked: readonly string[]
}

/** Asks every operation of every service what it needs, for inputs made from its schema. */
export async function declarations(
  prepare: (state: State) => Promise<void>,
): Promise<Declarations> {
  const store = openStore()
  try {
    const state = new State(await makeRuntime({}, store), store)
    await prepare(state)
    const declared: Declared[] = []
    const unasked: string[] = []
    for (const entry of catalogue) {
      const { service, model } = await state.runtime.services.load(entry)
      for (const [name, operation] of Object.entries(service.operations)) {
        const schema = NormalizedSchema.of(model.operations.get(name)![4])
        const found = inputsFor(schema, state.names).flatMap((input) =>
          ask(operation, input, state.call(entry, name)),
        )
        if (found.length === 0 && !needsNothing.has(`${entry.name}:${name}`)) {
          unasked.push(`${entry.name}:${name}`)
        }
        declared.push(...found)
      }
    }
    return { declared, unasked }
  } finally {
    await store.close()
  }
}

/** Calls that AWS lets everyone make. */
const needsNothing = new Set(['sts:GetCallerIdentity', 'sts:GetSessionToken'])

/** A cloud without HTTP, in which operations run and are asked. */
export class State {
  readonly runtime: Runtime
  /** What is there, by the member that names it. */
  readonly names = new Map<string, string>(Object.entries(known))
  caller: Caller
  readonly #store: Store

  constructor(runtime: Runtime, store: Store) {
    this.runtime = runtime
    const { account: accountId } = runtime
    const arn = `arn:aws:iam::${accountId}:root`
    this.caller = { type: 'Root', accountId, arn, userId: accountId }
    this.#store = store
  }

  call({ name }: ServiceEntry, operation: string): Call {
    const { ids, ports, scheduler, clock, account } = this.runtime
    return {
      service: name,
      operation,
      requestId: 'request',
      account,
      region: 'us-east-1',
      caller: this.caller,
      trail: newTrail(),
      now: clock.now(),
      wallNow: clock.wallNow(),
      db: this.#store.db,
      timers: scheduler.forService(name, account, 'us-east-1'),
      ids,
      ports,
      objects: this.#store.objects,
      http: {
        method: 'POST',
        host: '127.0.0.1',
        path: '/',
        query: '',
        headers: {},
        sourceIp: '127.0.0.1',
        secure: false,
      },
    }
  }

  /** Runs an operation, so that there is something for others to be about. */
  async run(serviceName: string, operationName: string, input: object): Promise<unknown> {
    const entry = catalogue.find(({ name }) => name === serviceName)!
    const { service } = await this.runtime.services.load(entry)
    const call = this.call(entry, operationName)
    const operation = service.operations[operationName] as unknown as Operation<object>
    const prepared = await operation.prepare?.(input, call)
    return this.#store.db.transaction(() => {
      service.enter?.(call)
      return operation.run(input, call, prepared)
    })
  }
}

function ask(operation: Operation<never, unknown, never>, input: object, call: Call): Declared[] {
  let wanted: readonly (string | Permission)[]
  try {
    wanted = operation.authorize(input as never, call)
  } catch (error) {
    if (error instanceof AwsError) return []
    throw error
  }
  return wanted.map((one) => {
    const {
      action,
      resource,
      context = {},
    }: Permission = typeof one === 'string' ? { resource: one } : one
    return {
      service: call.service,
      operation: call.operation,
      action: action ?? ownAction(call),
      resource,
      keys: Object.keys(context),
    }
  })
}

/** Inputs with every member, with those that name something, and with the required ones. */
function inputsFor(schema: NormalizedSchema, names: ReadonlyMap<string, string>): object[] {
  const members = membersOf(schema)
  const some = (wanted: (name: string, required: boolean) => boolean) =>
    Object.fromEntries(
      members
        .filter(({ name, required }) => wanted(name, required))
        .map(({ name, schema: member }) => [name, valueOf(name, member, { names, depth: 0 })]),
    )
  return [
    some(() => true),
    some((name, required) => required || /(?:Ids?|Names?|Arns?|Identifier)$/.test(name)),
    some((_name, required) => required),
  ]
}

const account = '123456789012'

/** Names that fit, and that `prepare` may make things by. */
const known: Readonly<Record<string, string>> = {
  Bucket: 'notes',
  Key: 'key',
  CopySource: 'notes/key',
  AccountId: account,
  UserName: 'alice',
  GroupName: 'readers',
  RoleName: 'worker',
  InstanceProfileName: 'profile',
  PolicyName: 'own',
  PolicyArn: `arn:aws:iam::${account}:policy/own`,
  PermissionsBoundary: `arn:aws:iam::${account}:policy/own`,
  PolicySourceArn: `arn:aws:iam::${account}:user/alice`,
  RoleArn: `arn:aws:iam::${account}:role/worker`,
  Role: `arn:aws:iam::${account}:role/worker`,
  SerialNumber: `arn:aws:iam::${account}:mfa/device`,
  OpenIDConnectProviderArn: `arn:aws:iam::${account}:oidc-provider/idp.example.com`,
  SAMLProviderArn: `arn:aws:iam::${account}:saml-provider/idp`,
  PrincipalArn: `arn:aws:iam::${account}:saml-provider/idp`,
  ResourceName: `arn:aws:rds:us-east-1:${account}:db:notes`,
  ResourceArn: 'arn:aws:s3:::notes',
  DBInstanceAutomatedBackupsArn: `arn:aws:rds:us-east-1:${account}:auto-backup:ab-notes`,
  AWSServiceName: 'rds.amazonaws.com',
  Path: '/',
  NewPath: '/',
  PathPrefix: '/',
  NewUserName: 'bob',
  NewGroupName: 'writers',
  NewServerCertificateName: 'other',
  Arn: `arn:aws:iam::${account}:user/alice`,
  Url: 'https://idp.example.com',
  Resource: 'i-0123456789abcdef0',
  GrantId: 'f'.repeat(64),
  AliasName: 'alias/notes',
  ImageId: 'ami-0123456789abcdef0',
  SecretAccessKey: 'secret',
}

interface Place {
  readonly names: ReadonlyMap<string, string>
  readonly depth: number
}

/** Deeper members don't matter to anybody's permissions, and shapes may hold themselves. */
const deepest = 4

function valueOf(name: string, schema: NormalizedSchema, { names, depth }: Place): unknown {
  const inside = { names, depth: depth + 1 }
  switch (kindOf(schema)) {
    case 'string':
      return names.get(name) ?? (name.endsWith('Id') ? 'x-0123456789abcdef0' : name)
    case 'number':
      return 1
    case 'boolean':
      return false
    case 'bigInteger':
      return 1n
    case 'timestamp':
      return new Date(0)
    case 'blob':
      return new Uint8Array()
    case 'list':
      if (depth > deepest) return []
      return [valueOf(name.replace(/s$/, ''), schema.getValueSchema(), inside)]
    case 'struct':
      if (depth > deepest) return {}
      return Object.fromEntries(
        membersOf(schema).map((member) => [
          member.name,
          valueOf(member.name, member.schema, inside),
        ]),
      )
    case 'map':
      return {}
    default:
      return undefined
  }
}
