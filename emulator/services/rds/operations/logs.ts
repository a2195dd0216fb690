import type {
  DescribeDBLogFilesMessage,
  DescribeDBLogFilesResponse,
  DownloadDBLogFilePortionDetails,
  DownloadDBLogFilePortionMessage,
} from '@aws-sdk/client-rds'
import { virtualTimeOf } from '../../../clock/wall-time.ts'
import { logFiles, readLog, type LogFile } from '../../../engines/logs.ts'
import { operation, type Call } from '../../../operation.ts'
import { nameIn } from '../arns.ts'
import { invalidParameterValue } from '../errors.ts'
import { logFileNotFound } from '../instances/errors.ts'
import { untilSettled } from '../instances/settled.ts'
import { on } from '../permissions.ts'
import { findInstance } from '../rows/instances.ts'
import { requireInstance } from './instances.ts'

export const onInstance = (
  { DBInstanceIdentifier = '' }: { DBInstanceIdentifier?: string | undefined },
  call: Call,
) => [on(call, 'db', nameIn('db', DBInstanceIdentifier))]

/** RDS shows PostgreSQL's logs in this folder; other engines' have their own. */
const folder = 'error/'

const shownName = ({ name }: LogFile): string => (name.includes('/') ? name : `${folder}${name}`)

/** A log file by the name that DescribeDBLogFiles shows. */
export async function findLog(directory: string, wanted = ''): Promise<LogFile | undefined> {
  const files = await logFiles(directory)
  return files.find((one) => shownName(one) === wanted) ?? files.find(({ name }) => name === wanted)
}

/** Where an instance's logs are, once it is done with what it is at. */
export async function directoryOf(
  call: Call,
  name: string | undefined,
): Promise<string | undefined> {
  const instance = findInstance(call.db, call, nameIn('db', name ?? ''))
  if (instance) await untilSettled(call, [instance], 'look')
  return instance && call.ports.databases?.logs(instance.resourceId)
}

export const DescribeDBLogFiles = operation<
  DescribeDBLogFilesMessage,
  DescribeDBLogFilesResponse,
  readonly LogFile[]
>({
  authorize: onInstance,
  async prepare({ DBInstanceIdentifier }, call) {
    const directory = await directoryOf(call, DBInstanceIdentifier)
    return directory === undefined ? [] : logFiles(directory)
  },
  run(input, call, files) {
    requireInstance(call, input.DBInstanceIdentifier!)
    const { FilenameContains = '', FileLastWritten = 0, FileSize = 0 } = input
    const described = files
      .map((file) => ({
        LogFileName: shownName(file),
        LastWritten: virtualTimeOf(call.db, file.lastWritten),
        Size: file.size,
      }))
      .filter(
        (file) =>
          file.LogFileName.includes(FilenameContains) &&
          file.LastWritten >= FileLastWritten &&
          file.Size >= FileSize,
      )
    const { MaxRecords = 100, Marker } = input
    if (MaxRecords < 1) throw invalidParameterValue(`Invalid value ${MaxRecords} for MaxRecords.`)
    const start = Marker === undefined ? 0 : described.findIndex((one) => one.LogFileName > Marker)
    const page = start < 0 ? [] : described.slice(start, start + MaxRecords)
    const isMore = start >= 0 && start + page.length < described.length
    return {
      DescribeDBLogFiles: page,
      ...(isMore && { Marker: page.at(-1)!.LogFileName }),
    }
  },
})

/** How much one answer has: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DownloadDBLogFilePortion.html */
const portion = 1024 * 1024
const mostLines = 10_000

interface Portion {
  readonly text: string
  /** Where the next begins, in bytes. */
  readonly next: number
  readonly isMore: boolean
}

export const DownloadDBLogFilePortion = operation<
  DownloadDBLogFilePortionMessage,
  DownloadDBLogFilePortionDetails,
  Portion | undefined
>({
  authorize: onInstance,
  async prepare(input, call) {
    const directory = await directoryOf(call, input.DBInstanceIdentifier)
    const file = directory && (await findLog(directory, input.LogFileName))
    return directory && file ? readPortion(directory, file, input) : undefined
  },
  run({ DBInstanceIdentifier, LogFileName }, call, found) {
    requireInstance(call, DBInstanceIdentifier!)
    if (!found) throw logFileNotFound(LogFileName!)
    return {
      LogFileData: found.text,
      Marker: `0:${found.next}`,
      AdditionalDataPending: found.isMore,
    }
  },
})

/** Without a marker it is the end of the file; with one, what comes after it. */
async function readPortion(
  directory: string,
  { name, size }: LogFile,
  { Marker, NumberOfLines }: DownloadDBLogFilePortionMessage,
): Promise<Portion> {
  const from = Marker === undefined ? undefined : offsetOf(Marker)
  const start = Math.min(from ?? Math.max(0, size - portion), size)
  const bytes = (await readLog(directory, name, start, Math.min(portion, size - start)))!
  const lines = bytes.toString().split(/(?<=\n)/)
  const most = Math.min(NumberOfLines ?? mostLines, mostLines)
  const chosen = from === undefined ? lines.slice(-most) : lines.slice(0, most)
  const text = chosen.join('')
  const next = from === undefined ? start + bytes.length : start + Buffer.byteLength(text)
  return { text, next, isMore: next < size }
}

/** `0` begins at the beginning, `0:1234` goes on. */
function offsetOf(marker: string): number {
  const match = /^\d+(?::(\d+))?$/.exec(marker)
  if (!match) throw invalidParameterValue(`The marker ${marker} is invalid.`)
  return Number(match[1] ?? 0)
}
