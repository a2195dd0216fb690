import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { pipeline as pipeStreams } from 'node:stream/promises'
import { Readable } from 'node:stream'
import express from 'express'
import type { Router } from 'express'
import type { WireResponse } from '../protocol/codec.ts'
import { awaitsContinue, expectContinue, httpRequest, type HttpRequest } from './request.ts'

/** An upload may take this long; Node's own limit of five minutes would cut a large one. */
const longestRequest = 6 * 60 * 60 * 1000
/** In bytes. Services refuse long heads in words of their own; Node would before they are asked. */
const longestHead = 64 * 1024
/** Longer than any client keeps an idle connection, so that none is closed under a request that is being sent. */
const idleConnection = 75_000

/**
 * The HTTP server: the control API under `/_pocketcloud`, everything else to `answer`.
 *
 * @param answer never rejects: it turns errors into answers
 */
export function httpServer(answer: Answer, controlApi: Router): Server {
  const control = express()
  control.disable('x-powered-by')
  control.disable('etag')
  control.use(controlPath, controlApi)
  const listener = (incoming: IncomingMessage, response: ServerResponse) => {
    // AWS's calls don't pass through Express's router: it knows none of their routes, and costs a tenth of a short call.
    if (incoming.url?.startsWith(controlPath)) control(incoming, response)
    else void exchange(incoming, response, answer)
  }
  const server = createServer(
    {
      keepAliveTimeout: idleConnection,
      requestTimeout: longestRequest,
      maxHeaderSize: longestHead,
    },
    listener,
  )
  server.on('checkContinue', (incoming, response) => {
    expectContinue(incoming)
    listener(incoming, response)
  })
  // Another `Expect` than 100-continue asks for nothing that we know of: the request goes on.
  server.on('checkExpectation', listener)
  return server
}

const controlPath = '/_pocketcloud'

type Answer = (request: HttpRequest) => Promise<WireResponse>

/** One request and its answer. An answer that can't be sent (a header with a character that HTTP forbids) is said to be our fault, and no more. */
async function exchange(
  incoming: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
): Promise<void> {
  try {
    await send(response, await answer(httpRequest(incoming, response)))
  } catch (error) {
    process.stderr.write(`pocketcloud: an answer could not be sent: ${String(error)}\n`)
    if (!response.headersSent) response.writeHead(500, { 'Content-Length': '0' })
    response.end()
  }
}

async function send(
  response: ServerResponse,
  { status, headers, body }: WireResponse,
): Promise<void> {
  if (response.destroyed) {
    if (body instanceof Readable) body.destroy()
    return
  }
  // Node takes a disposition that follows the length for UTF-8, and refuses what is not.
  const disposition = headers['Content-Disposition']
  if (disposition !== undefined && !/^[\x20-\x7e]*$/.test(disposition)) {
    const { 'Content-Length': length } = headers
    delete headers['Content-Length']
    if (length !== undefined) headers['Content-Length'] = length
  }
  // AWS says nothing of what HTTP/1.1 takes for granted, and clients that compare headers see that.
  const { req: incoming, shouldKeepAlive } = response
  if (shouldKeepAlive && incoming.httpVersionMinor === 1 && !awaitsContinue(incoming)) {
    response.removeHeader('Connection')
  }
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
  // As text of the same bytes a short answer goes out with its head, in one system call instead of two.
  if (typeof bytes === 'object' && bytes.length <= shortAnswer) {
    response.end(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'),
      'latin1',
    )
  } else response.end(bytes)
}

/** In bytes. */
const shortAnswer = 16 * 1024

const lengthOf = (bytes: string | Uint8Array | undefined): number =>
  typeof bytes === 'string' ? Buffer.byteLength(bytes) : (bytes?.byteLength ?? 0)
