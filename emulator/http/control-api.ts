import { pipeline as pipeStreams } from 'node:stream/promises'
import { Router, type NextFunction, type Request, type Response } from 'express'
import type { InstanceEndpoint } from '../imds/endpoints.ts'
import { isForeignPage, isLoopbackAddress, isLoopbackHost } from './loopback.ts'
import { httpRequest } from './request.ts'

/** What the control API steers; `index.ts` gives it. */
export interface Controls {
  health(): Record<string, unknown>
  clock(): Record<string, unknown>
  /** @param milliseconds how far the virtual clock goes forward */
  advance(milliseconds: number): Promise<Record<string, unknown>>
  events(filter: EventFilter): Record<string, unknown>
  /** What services have told others of: notifications. */
  bus(filter: BusFilter): Record<string, unknown>
  /** Why the last call that was denied, or the one with this id, was; undefined for an id that nothing is recorded of. */
  why(requestId?: string): Record<string, unknown> | undefined
  isAuditing(): boolean
  /** Whether denials are recorded instead of enforced. */
  setAuditing(on: boolean): void
  /** The policy for what a user or role has done; undefined where nothing is recorded of it. */
  suggest(principal: string): Record<string, unknown> | undefined
  /** Where a running instance's metadata is; it is there from then on. */
  instanceMetadata(
    instanceId: string,
  ): Promise<InstanceEndpoint | 'no such instance' | 'not running'>
  /** Takes a spot instance back. @returns when, or what keeps it from being taken */
  interruptSpot(
    instanceId: string,
    how: SpotInterruption,
  ): Promise<
    Record<string, unknown> | 'no such instance' | 'not running' | 'no spot instance' | 'under way'
  >
  /** Sets what an account may have at most; null goes back to the value of the start. @returns false for a quota that is not known */
  setQuota(quota: QuotaSetting): boolean
  /** Sets whether a zone has a type of instance. */
  setCapacity(capacity: CapacitySetting): void
  /** Whether traffic in a network would pass, by which way, and what stops it. */
  reach(question: ReachQuestion): Promise<Record<string, unknown>>
  /** What databases' certificates verify against, PEM. */
  databaseAuthority(): Promise<string>
  reset(): void
  /** The whole state as one file. */
  save(): Promise<NodeJS.ReadableStream> | NodeJS.ReadableStream
  restore(archive: NodeJS.ReadableStream): Promise<void>
  stop(): void
}

export interface SpotInterruption {
  /** How long until the action. */
  readonly milliseconds: number
  /** What the instance's request wants, where it is absent. */
  readonly action: 'terminate' | 'stop' | 'hibernate' | undefined
}

/** Where a setting holds; by default in the emulator's own account and region. */
export interface SettingPlace {
  readonly account: string | undefined
  readonly region: string | undefined
}

export interface QuotaSetting extends SettingPlace {
  readonly service: string
  /** `L-417A185B` */
  readonly code: string
  readonly value: number | null
}

export interface CapacitySetting extends SettingPlace {
  /** With `*` for any characters: `p3.*`. */
  readonly instanceType: string
  /** A zone's name, or `*`. */
  readonly zone: string
  readonly available: boolean
}

export interface ReachQuestion extends SettingPlace {
  /** An id, an IPv4 address, or `internet`. */
  readonly from: string
  readonly to: string
  readonly protocol: 'tcp' | 'udp' | 'icmp'
  readonly port: number | undefined
}

export interface EventFilter {
  readonly afterSequence?: number
  readonly service?: string
  readonly operation?: string
  readonly requestId?: string
  readonly errorsOnly?: boolean
  readonly limit?: number
}

export interface BusFilter {
  readonly afterSequence?: number
  readonly source?: string
  /** An ARN. */
  readonly destination?: string
  readonly limit?: number
}

/** An error of the control API: what is wrong and what to do, for a person or a script. */
class ControlError extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const apiVersion = 1

/**
 * What of the control API is served: all of it, or only these parts, which give nothing away and change nothing but the time: `health`, the `clock`,
 * and where an instance's metadata is. What is not served is refused.
 */
export type ControlParts = 'all' | readonly ControlPart[]
export type ControlPart = 'health' | 'clock' | 'imds'

const pathsOf: Readonly<Record<ControlPart, readonly string[]>> = {
  health: ['/health'],
  clock: ['/clock', '/clock/advance'],
  imds: ['/imds'],
}

/**
 * The control API under `/_pocketcloud/`: JSON, for callers on this machine only. It is no AWS API: it moves the clock,
 * empties the cloud and reads the event history.
 */
export function controlApi(controls: Controls, parts: ControlParts = 'all'): Router {
  const router = Router({ caseSensitive: true, strict: true })
  router.use(onlyThisMachine)
  if (parts !== 'all') router.use(onlyTheseParts(parts))
  router.get(
    '/health',
    answer(() => controls.health()),
  )
  router.get(
    '/clock',
    answer(() => controls.clock()),
  )
  router.post(
    '/clock/advance',
    answer(async (request) => controls.advance(duration(await json(request)))),
  )
  router.get(
    '/events',
    answer((request) => controls.events(eventFilter(query(request)))),
  )
  router.get(
    '/bus',
    answer((request) => controls.bus(busFilter(query(request)))),
  )
  router.get(
    '/why',
    answer((request) => why(controls, query(request).get('requestId') || undefined)),
  )
  router.get(
    '/iam/audit',
    answer(() => ({ audit: controls.isAuditing() })),
  )
  router.post(
    '/iam/audit',
    answer(async (request) => {
      const { audit } = await json(request)
      if (typeof audit !== 'boolean') {
        throw new ControlError(400, 'InvalidParameter', 'Give {"audit": true} or {"audit": false}.')
      }
      controls.setAuditing(audit)
      return { audit }
    }),
  )
  router.get(
    '/iam/suggest',
    answer((request) => suggest(controls, query(request).get('principal') ?? '')),
  )
  router.get(
    '/imds',
    answer((request) => instanceMetadata(controls, query(request).get('instance') ?? '')),
  )
  router.get(
    '/rds/ca',
    answer(async () => ({ certificate: await controls.databaseAuthority() })),
  )
  router.post(
    '/spot/interrupt',
    answer(async (request) => interruptSpot(controls, await json(request))),
  )
  router.post(
    '/quotas',
    answer(async (request) => setQuota(controls, await json(request))),
  )
  router.post(
    '/ec2/capacity',
    answer(async (request) => setCapacity(controls, await json(request))),
  )
  router.get(
    '/ec2/reach',
    answer((request) => reach(controls, query(request))),
  )
  router.post(
    '/reset',
    answer(() => {
      const start = performance.now()
      controls.reset()
      return { reset: true, milliseconds: Math.round((performance.now() - start) * 10) / 10 }
    }),
  )
  router.get('/save', async (_request, response) => {
    const archive = await controls.save()
    response.setHeader('content-type', 'application/x-tar')
    await pipeStreams(archive, response).catch(() => response.destroy())
  })
  router.post(
    '/restore',
    answer(async (request) => {
      try {
        await controls.restore(request)
      } catch (error) {
        throw new ControlError(400, 'InvalidArchive', (error as Error).message)
      }
      return { restored: true }
    }),
  )
  router.post('/stop', (_request, response) => {
    // The answer first: the process ends with the connections that are still open.
    response.on('finish', () => controls.stop())
    response.json({ apiVersion, stopping: true })
  })
  router.use(() => {
    throw new ControlError(
      404,
      'NotFound',
      'There is no such control call: see docs/control-api.md',
    )
  })
  router.use(refuse)
  return router
}

function why(controls: Controls, requestId: string | undefined): Record<string, unknown> {
  const found = controls.why(requestId)
  if (found) return found
  throw new ControlError(404, 'UnknownRequest', `No call ${requestId} is in the event history.`)
}

function suggest(controls: Controls, principal: string): Record<string, unknown> {
  if (principal === '') {
    throw new ControlError(400, 'InvalidParameter', 'Name a user or role: ?principal=alice')
  }
  const found = controls.suggest(principal)
  if (found) return found
  throw new ControlError(
    404,
    'NothingRecorded',
    `The event history has no call of a user or role ${principal} that needed a permission and got it.`,
  )
}

async function instanceMetadata(
  controls: Controls,
  instanceId: string,
): Promise<Record<string, unknown>> {
  if (instanceId === '') {
    throw new ControlError(
      400,
      'InvalidParameter',
      'Name an instance: ?instance=i-0123456789abcdef0',
    )
  }
  const found = await controls.instanceMetadata(instanceId)
  if (found === 'no such instance') {
    throw new ControlError(404, 'NoSuchInstance', `There is no instance ${instanceId}.`)
  }
  if (found === 'not running') {
    throw new ControlError(
      409,
      'InstanceNotRunning',
      `Instance ${instanceId} is not running, and has metadata only while it is.`,
    )
  }
  return { ...found }
}

async function interruptSpot(
  controls: Controls,
  { instance, action, in: when = '2m' }: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  if (typeof instance !== 'string' || instance === '') {
    throw new ControlError(
      400,
      'InvalidParameter',
      'Name an instance: {"instance": "i-0123456789abcdef0"}',
    )
  }
  if (!isSpotAction(action)) {
    throw new ControlError(400, 'InvalidParameter', 'The action is terminate, stop or hibernate.')
  }
  const milliseconds = duration({ duration: when })
  const begun = await controls.interruptSpot(instance, { milliseconds, action })
  if (typeof begun !== 'string') return begun
  const [status, code, message] = spotRefusals[begun]
  throw new ControlError(status, code, message(instance))
}

function setQuota(
  controls: Controls,
  { service, code, value, ...place }: Record<string, unknown>,
): Record<string, unknown> {
  const isValue = value === null || (typeof value === 'number' && value >= 0)
  if (typeof service !== 'string' || typeof code !== 'string' || !isValue) {
    throw new ControlError(
      400,
      'InvalidParameter',
      'Name a quota and its value: {"service": "ec2", "code": "L-417A185B", "value": 0}',
    )
  }
  if (!controls.setQuota({ service, code, value, ...settingPlace(place) })) {
    throw new ControlError(404, 'NoSuchQuota', `There is no quota ${code} of ${service}.`)
  }
  return { service, code, value }
}

function setCapacity(
  controls: Controls,
  { instanceType, zone = '*', available, ...place }: Record<string, unknown>,
): Record<string, unknown> {
  if (
    typeof instanceType !== 'string' ||
    instanceType === '' ||
    typeof zone !== 'string' ||
    typeof available !== 'boolean'
  ) {
    throw new ControlError(
      400,
      'InvalidParameter',
      'Say what is short, and where: {"instanceType": "p3.2xlarge", "zone": "us-east-1a", "available": false}',
    )
  }
  controls.setCapacity({ instanceType, zone, available, ...settingPlace(place) })
  return { instanceType, zone, available }
}

async function reach(controls: Controls, asked: URLSearchParams): Promise<Record<string, unknown>> {
  const from = asked.get('from') ?? ''
  const to = asked.get('to') ?? ''
  const protocol = asked.get('protocol') ?? 'tcp'
  const port = asked.get('port') ?? undefined
  if (from === '' || to === '') {
    throw new ControlError(400, 'InvalidParameter', 'Name both ends: ?from=internet&to=i-1&port=22')
  }
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'icmp') {
    throw new ControlError(400, 'InvalidParameter', 'The protocol is tcp, udp or icmp.')
  }
  if (port !== undefined && (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)) {
    throw new ControlError(400, 'InvalidParameter', `${port} is no port.`)
  }
  return controls.reach({
    from,
    to,
    protocol,
    port: port === undefined ? undefined : Number(port),
    account: asked.get('account') ?? undefined,
    region: asked.get('region') ?? undefined,
  })
}

function settingPlace({ account, region }: Record<string, unknown>): SettingPlace {
  const texts = [account, region].every((one) => one === undefined || typeof one === 'string')
  if (!texts) throw new ControlError(400, 'InvalidParameter', 'Account and region are texts.')
  return { account: account as string | undefined, region: region as string | undefined }
}

const isSpotAction = (action: unknown): action is SpotInterruption['action'] =>
  [undefined, 'terminate', 'stop', 'hibernate'].includes(action as undefined)

const spotRefusals = {
  'no such instance': [404, 'NoSuchInstance', (id: string) => `There is no instance ${id}.`],
  'not running': [409, 'InstanceNotRunning', (id: string) => `Instance ${id} is not running.`],
  'no spot instance': [
    409,
    'NoSpotInstance',
    (id: string) => `Instance ${id} is not a spot instance: EC2 does not take it back.`,
  ],
  'under way': [
    409,
    'InterruptionUnderWay',
    (id: string) => `Instance ${id} is being interrupted already.`,
  ],
} as const

function onlyThisMachine(request: Request, response: Response, next: NextFunction): void {
  const facts = httpRequest(request, response)
  if (!isLoopbackAddress(facts.sourceIp) || !isLoopbackHost(facts.host) || isForeignPage(facts)) {
    throw new ControlError(
      403,
      'Forbidden',
      'The control API answers callers on this machine only.',
    )
  }
  next()
}

function onlyTheseParts(parts: readonly ControlPart[]) {
  const served = new Set(parts.flatMap((part) => pathsOf[part]))
  return ({ path }: Request, _response: Response, next: NextFunction): void => {
    if (!served.has(path)) {
      throw new ControlError(403, 'Forbidden', 'This emulator does not serve that control call.')
    }
    next()
  }
}

function answer(
  work: (request: Request) => Record<string, unknown> | Promise<Record<string, unknown>>,
) {
  return async (request: Request, response: Response) => {
    response.json({ apiVersion, ...(await work(request)) })
  }
}

function refuse(error: unknown, _request: Request, response: Response, _next: NextFunction): void {
  const { status, code, message } =
    error instanceof ControlError
      ? error
      : { status: 500, code: 'InternalError', message: (error as Error).message }
  if (response.headersSent) return void response.destroy()
  response.status(status).json({ apiVersion, error: { code, message } })
}

const bodyLimit = 64 * 1024

async function json(request: Request): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > bodyLimit)
      throw new ControlError(413, 'TooLarge', `The body is over ${bodyLimit} bytes.`)
    chunks.push(chunk)
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}')
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>
    }
  } catch {
    // Said below: it is not a JSON object either way.
  }
  throw new ControlError(400, 'InvalidBody', 'The body must be a JSON object.')
}

const unitMilliseconds: Record<string, number> = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
}

/** `{ seconds: 90 }` or `{ duration: "1d12h" }`, in milliseconds. */
function duration({ seconds, duration }: Record<string, unknown>): number {
  if (typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0) return seconds * 1000
  if (typeof duration === 'string' && /^(\d+(\.\d+)?[wdhms])+$/.test(duration)) {
    const parts = duration.matchAll(/(\d+(?:\.\d+)?)([wdhms])/g)
    return [...parts].reduce(
      (sum, [, count, unit]) => sum + Number(count) * unitMilliseconds[unit!]!,
      0,
    )
  }
  throw new ControlError(
    400,
    'InvalidDuration',
    'Give {"seconds": 90} or {"duration": "1d12h"}: weeks w, days d, hours h, minutes m, seconds s. Time only goes forward.',
  )
}

function query(request: Request): URLSearchParams {
  const { url } = request
  return new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '')
}

function eventFilter(given: URLSearchParams): EventFilter {
  const text = (name: string) => given.get(name) || undefined
  return definedOnly({
    afterSequence: wholeNumber(given, 'after'),
    service: text('service'),
    operation: text('operation'),
    requestId: text('requestId'),
    errorsOnly: given.get('errors') === '1' || undefined,
    limit: wholeNumber(given, 'limit'),
  })
}

function busFilter(given: URLSearchParams): BusFilter {
  return definedOnly({
    afterSequence: wholeNumber(given, 'after'),
    source: given.get('source') || undefined,
    destination: given.get('destination') || undefined,
    limit: wholeNumber(given, 'limit'),
  })
}

function wholeNumber(given: URLSearchParams, name: string): number | undefined {
  const text = given.get(name)
  if (text === null || text === '') return undefined
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new ControlError(400, 'InvalidParameter', `${name} must be a whole number, not "${text}".`)
}

function definedOnly<T extends object>(given: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T
}
