import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AwsError } from '../../../emulator/errors.ts'
import type {
  OperationCodec,
  ProtocolName,
  WireResponse,
} from '../../../emulator/protocol/codec.ts'
import { chooseProtocol, namedOperation, protocols } from '../../../emulator/protocol/index.ts'
import { restRouter } from '../../../emulator/protocol/rest-router.ts'
import type { ServiceModel } from '../../../emulator/protocol/service-model.ts'

export const requestId = '0A1B2C3D4E5F6071'

/** A server that decodes what a client sends, keeps it, and answers what it was told, by our codecs. */
export interface EchoServer {
  readonly url: string
  /** What the next request is answered: an output, or an error. */
  answer: unknown
  /** The last request, decoded. */
  received: { operation: string; protocol: ProtocolName; input: unknown } | undefined
  close(): Promise<void>
}

export async function startEchoServer(model: ServiceModel): Promise<EchoServer> {
  const isRest = model.protocol === 'restXml' || model.protocol === 'restJson1'
  const router = isRest ? restRouter(model) : undefined
  const codecs = new Map<string, OperationCodec>()

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const headers = request.headers as Record<string, string | undefined>
    const [path = '/', query = ''] = request.url!.split('?', 2)
    const wire = { method: request.method!, path, query, headers, body: Buffer.concat(chunks) }
    const protocol = protocols[chooseProtocol(headers, model)]
    const context = { requestId, method: wire.method }
    let result: WireResponse
    try {
      const { operation, labels } = router
        ? route(wire)
        : { operation: namedOperation(protocol.name, wire, model), labels: {} }
      const key = `${protocol.name} ${operation}`
      const codec = codecs.get(key) ?? protocol.compile(model, operation)
      codecs.set(key, codec)
      echo.received = {
        operation,
        protocol: protocol.name,
        input: codec.decodeInput({ ...wire, labels }),
      }
      if (echo.answer instanceof AwsError) throw echo.answer
      result = codec.encodeOutput(echo.answer, context)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      result = protocol.encodeError(error, context, model)
    }
    response.writeHead(result.status, result.headers)
    response.end(result.body)
  }

  function route(wire: {
    method: string
    path: string
    query: string
    headers: Record<string, string | undefined>
  }) {
    if (model.sdkId !== 'S3') return router!.match(wire)!
    const [, bucket = '', key] = /^\/([^/]*)(\/.*)?$/s.exec(wire.path)!
    if (bucket === '') return router!.match(wire)!
    const match = router!.match({ ...wire, bucket, path: key ?? '/' })!
    return {
      operation: match.operation,
      labels: { Bucket: decodeURIComponent(bucket), ...match.labels },
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.writeHead(599, { 'content-type': 'text/plain' })
      response.end(
        `the test's server failed: ${error instanceof Error ? error.stack : 'without an error'}`,
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const echo: EchoServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: {},
    received: undefined,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return echo
}
