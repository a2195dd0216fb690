import type { Readable } from 'node:stream'
import { Busboy } from '@fastify/busboy'
import { AwsError } from '../../../errors.ts'
import type { HttpRequest } from '../../../http/request.ts'

/** A browser's form, read up to its file. */
export interface UploadForm {
  /** By names in lower case. */
  readonly fields: ReadonlyMap<string, string>
  /** What the browser calls the file; empty where it says nothing. */
  readonly filename: string
  /** The bytes, as they arrive. */
  readonly file: Readable
  /** Gives up what has not been read. */
  discard(): void
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html */
const mostBytesBefore = 20 * 1024

/**
 * Reads the fields before the file; what comes after it is ignored, as on AWS.
 *
 * @throws AwsError `MalformedPOSTRequest`, `MaxPostPreDataLengthExceeded`, `InvalidArgument` where there is no file
 */
export function readForm(request: HttpRequest): Promise<UploadForm> {
  const type = request.headers['content-type'] ?? ''
  const body = request.streamBody()
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>()
    let file: Readable | undefined
    let size = 0
    const discard = () => {
      body.unpipe()
      body.resume()
      file?.destroy()
    }
    const fail = (error: AwsError) => {
      // Its reader, if it has one by now, hears of it from the file.
      file?.destroy(error)
      discard()
      reject(error)
    }
    let parser: Busboy
    try {
      parser = new Busboy({
        headers: { 'content-type': type },
        preservePath: true,
        isPartAFile: (name) => name?.toLowerCase() === 'file',
        limits: { fieldSize: mostBytesBefore + 1, fieldNameSize: 1024, headerPairs: 100 },
      })
    } catch {
      body.resume()
      reject(malformedPost())
      return
    }
    parser.on('field', (name, value) => {
      if (file) return
      size += Buffer.byteLength(name) + Buffer.byteLength(value)
      if (size > mostBytesBefore) fail(tooMuchBefore())
      else fields.set(name.toLowerCase(), value)
    })
    parser.on('file', (_name, stream, filename) => {
      // Only the first counts.
      if (file) return void stream.resume()
      file = stream
      file.on('error', () => {})
      resolve({ fields, filename: lastSegment(filename ?? ''), file, discard })
    })
    parser.on('finish', () => {
      if (!file) reject(oneFile())
    })
    parser.on('error', () => fail(malformedPost()))
    body.once('error', () => fail(malformedPost()))
    body.once('close', () => {
      if (!body.readableEnded) fail(malformedPost())
    })
    body.pipe(parser)
  })
}

/** Some browsers send the whole path. */
const lastSegment = (name: string) =>
  name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)

const malformedPost = () =>
  new AwsError(
    'MalformedPOSTRequest',
    'The body of your POST request is not well-formed multipart/form-data.',
  )

const tooMuchBefore = () =>
  new AwsError(
    'MaxPostPreDataLengthExceeded',
    'Your POST request fields preceding the upload file were too large.',
    { fields: { MaxPostPreDataLengthBytes: mostBytesBefore } },
  )

const oneFile = () =>
  new AwsError('InvalidArgument', 'POST requires exactly one file upload per request.', {
    fields: { ArgumentName: 'file', ArgumentValue: '0' },
  })
