import { expect } from 'vitest'
import { AwsError } from '../../../emulator/errors.ts'
import type { WireRequest } from '../../../emulator/protocol/codec.ts'
import { chooseProtocol, namedOperation, protocols } from '../../../emulator/protocol/index.ts'
import { restRouter } from '../../../emulator/protocol/rest-router.ts'
import type { ServiceModel } from '../../../emulator/protocol/service-model.ts'
import { loadModel, type PackageName } from './clients.ts'

const models = {} as Record<PackageName, ServiceModel>

/** Loads the models of the services that a file's tests send to. */
export async function loadModels(...names: readonly PackageName[]): Promise<void> {
  for (const name of names) models[name] = await loadModel(name)
}

/** What AWS answers: code, sentence, status (400 unless it says otherwise). */
export type Refusal = [code: string, message: string | RegExp, status?: number]
export interface Sent {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
}

/** What the pipeline does before anyone is asked: finding the protocol and operation, decoding the input. */
export function decode(service: PackageName, sent: Sent): unknown {
  const model = models[service]
  const body = Buffer.isBuffer(sent.body) ? sent.body : Buffer.from(sent.body ?? '')
  const request: WireRequest = { method: 'POST', path: '/', query: '', headers: {}, ...sent, body }
  const protocol = protocols[chooseProtocol(request.headers, model)]
  if (protocol.name !== 'restXml' && protocol.name !== 'restJson1') {
    const operation = namedOperation(protocol.name, request, model)
    return protocol.compile(model, operation).decodeInput(request)
  }
  const bucket = service === 's3' ? { bucket: 'b' } : {}
  const { operation, labels } = restRouter(model).match({ ...request, ...bucket })!
  return protocol
    .compile(model, operation)
    .decodeInput({ ...request, labels: { Bucket: 'b', ...labels } })
}

/** What a client would be told; an error that is no AwsError stays what it is, and fails the test. */
export function refusalOf(run: () => unknown): unknown {
  try {
    return { accepted: run() }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return { code: error.code, message: error.message, status: error.status }
  }
}

export const told = ([code, message, status = 400]: Refusal) => ({
  code,
  message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
  status,
})
