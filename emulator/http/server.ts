import { createServer, type Server, type ServerResponse } from 'node:http'
import { pipeline as pipeStreams } from 'node:stream/promises'
import { Readable } from 'node:stream'
import express from 'express'
import type { Router } from 'express'
import type { WireResponse } from '../protocol/codec.ts'
import { expectContinue, httpRequest, type HttpRequest } from './request.ts'

/** An upload may take this long; Node's own limit of five minutes would cut a large one. */
const longestRequest = 6 * 60 * 60 * 1000
/** Longer than any client keeps an idle connection, so that none is closed under a request that is being sent. */
const idleConnection = 75_000

/**
 * The HTTP server: the control API under `/_pocketcloud`, everything else to `answer`.
 *
 * @param answer never rejects: it turns errors into answers
 */
export function httpServer(
  answer: (request: HttpRequest) => Promise<WireResponse>,
  controlApi: Router,
): Server {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  // Query strings are read by the codecs, as AWS reads them.
  app.set('query parser', false)
  app.use('/_pocketcloud', controlApi)
  app.use(async (incoming, response) => {
    await send(response, await answer(httpRequest(incoming, response)))
  })
  const server = createServer(
    { keepAliveTimeout: idleConnection, requestTimeout: longestRequest },
    app,
  )
  server.on('checkContinue', (incoming, response) => {
    expectContinue(incoming)
    app(incoming, response)
  })
  // Another `Expect` than 100-continue asks for nothing that we know of: the request goes on.
  server.on('checkExpectation', (incoming, response) => app(incoming, response))
  return server
}

async function send(
  response: ServerResponse,
  { status, headers, body }: WireResponse,
): Promise<void> {
  if (response.destroyed) return
  if (body instanceof Readable) {
    response.writeHead(status, headers)
    // A client that goes away in the middle is no error of ours.
    await pipeStreams(body, response).catch(() => response.destroy())
    return
  }
  const bytes = body as string | Uint8Array | undefined
  // Under S3's own spelling where the operation says how long its object is: the answer to a HEAD has no bytes to count.
  const isSized = headers['Content-Length'] !== undefined || headers['content-length'] !== undefined
  if (!isSized && status !== 204 && status !== 304)
    headers['Content-Length'] = String(lengthOf(bytes))
  response.writeHead(status, headers)
  response.end(bytes)
}

const lengthOf = (bytes: string | Uint8Array | undefined): number =>
  typeof bytes === 'string' ? Buffer.byteLength(bytes) : (bytes?.byteLength ?? 0)
