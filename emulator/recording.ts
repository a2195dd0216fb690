import { AuthorizationDenied, ownAction } from './authorize/index.ts'
import type { AwsError } from './errors.ts'
import type { CallEvent } from './events/call-event.ts'
import type { Exchange } from './pipeline.ts'
import type { Runtime } from './runtime.ts'

/** What happened to a call. */
interface Outcome {
  readonly status: number
  readonly result?: unknown
  readonly error?: AwsError
}

/** Names that CloudTrail calls read-only: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
const readingVerbs =
  /^(?:Get|List|Describe|Head|Search|Lookup|Select|Query|Scan|BatchGet|Simulate|Preview|Estimate|Check|Validate|Download|Decode)/

/** Calls that are named like readers but make something: they give out credentials or start work. */
const makers = new Set(['GetSessionToken', 'GetFederationToken'])

export const isReadOnly = (operation: string): boolean =>
  readingVerbs.test(operation) && !makers.has(operation)

/**
 * Writes a call into the event history. Inside the call's transaction a change is recorded with it.
 * What failed before an operation was found is no call, and is not recorded.
 */
export function record(
  exchange: Exchange,
  { status, result, error }: Outcome,
  runtime: Runtime,
): void {
  const { call, request, target, requestId, arrivedAt, startedAt, input, resources } = exchange
  if (!target) return
  const { headers, sourceIp } = request
  const caller = call?.caller ?? { type: 'Anonymous' as const, arn: null }
  runtime.history.append({
    time: arrivedAt + runtime.clock.offset,
    wallTime: arrivedAt,
    requestId,
    account: call?.account ?? runtime.account,
    region: call?.region ?? runtime.region,
    caller,
    service: target.service.entry.name,
    operation: target.operationName,
    readOnly: isReadOnly(target.operationName),
    sourceIp,
    userAgent: headers['user-agent'] ?? '',
    status,
    duration: Math.round((performance.now() - startedAt) * 1000),
    parameters: input,
    ...(result === undefined ? {} : { result }),
    ...(error ? { error: { code: error.code, message: error.message } } : {}),
    ...(resources ? { resources } : {}),
    ...about(exchange, error),
  })
}

/** What was decided about the call: why it was refused, or would have been, and what it was granted. */
function about(
  { call, resources = [] }: Exchange,
  error: AwsError | undefined,
): Pick<CallEvent, 'denial' | 'granted'> {
  if (error instanceof AuthorizationDenied) return { denial: error.refusal }
  if (!call) return {}
  const { granted, refused, letPass } = call.trail
  const [part] = error ? [] : refused
  const own = ownAction(call)
  // Most calls are granted their own action on their resources, which are recorded anyway.
  const plain = granted.length === resources.length && granted.every(({ action }) => action === own)
  return {
    ...(part && { denial: part }),
    ...(letPass[0] && { denial: { ...letPass[0], audited: true } }),
    ...(!plain && { granted: granted.map(({ action, resource }) => `${action} ${resource}`) }),
  }
}
