import type { Readable } from 'node:stream'
import { authenticate, requireSignature } from '../../auth/authenticate.ts'
import { emptyHash } from '../../auth/sigv4.ts'
import { wholeLog, type LogFile } from '../../engines/logs.ts'
import type { HttpRequest } from '../../http/request.ts'
import { operation, type Unmodelled } from '../../operation.ts'
import { logFileNotFound } from './instances/errors.ts'
import { requireInstance } from './operations/instances.ts'
import { directoryOf, findLog, onInstance } from './operations/logs.ts'

interface WholeLog {
  /** In bytes. */
  readonly size: number
  readonly body: Readable | string
}

interface WholeLogRequest {
  readonly DBInstanceIdentifier: string
  readonly LogFileName: string
}

/** The whole of a log file as it is now. */
const DownloadCompleteDBLogFile = operation<
  WholeLogRequest,
  WholeLog,
  { readonly directory: string; readonly file: LogFile } | undefined
>({
  authorize: onInstance,
  async prepare({ DBInstanceIdentifier, LogFileName }, call) {
    const directory = await directoryOf(call, DBInstanceIdentifier)
    const file = directory && (await findLog(directory, LogFileName))
    return directory && file ? { directory, file } : undefined
  },
  run({ DBInstanceIdentifier, LogFileName }, call, found) {
    requireInstance(call, DBInstanceIdentifier)
    if (!found) throw logFileNotFound(LogFileName)
    const { directory, file } = found
    return { size: file.size, body: file.size === 0 ? '' : wholeLog(directory, file) }
  },
})

const place = /^\/v13\/downloadCompleteLogFile\/([^/]+)\/(.+)$/

/**
 * A whole log file is not in RDS's API model: it is a REST request, `GET /v13/downloadCompleteLogFile/INSTANCE/LOGFILE`, signed as all others are.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/DownloadCompleteDBLogFile.html
 */
export function unmodelled(request: HttpRequest): Unmodelled | undefined {
  const { method, path, query, headers, rawHeaders } = request
  const [, instance, file] = (method === 'GET' && place.exec(path)) || []
  if (instance === undefined || file === undefined) return undefined
  return {
    name: 'DownloadCompleteDBLogFile',
    operation: DownloadCompleteDBLogFile,
    labels: { DBInstanceIdentifier: decoded(instance), LogFileName: decoded(file) },
    codec: {
      decodeInput: ({ labels }) => labels,
      encodeOutput: (output) => {
        const { size, body } = output as WholeLog
        return {
          status: 200,
          headers: { 'content-type': 'binary/octet-stream', 'content-length': String(size) },
          body,
        }
      },
    },
    identify(options) {
      const signed = { method, path, query, headers, rawHeaders, bodyHash: emptyHash }
      const authentication = authenticate(signed, { dialect: 'query' }, options)
      requireSignature(authentication, 'query')
      return authentication
    },
  }
}

/** What is no encoding stands for itself: nothing has such a name. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
