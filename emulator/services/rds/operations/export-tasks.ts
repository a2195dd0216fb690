import type {
  CancelExportTaskMessage,
  DescribeExportTasksMessage,
  ExportTask,
  ExportTasksMessage,
  StartExportTaskMessage,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { parseArn, type ResourceType } from '../arns.ts'
import { invalidParameterValue } from '../errors.ts'
import { filtered, type FilterDefinition } from '../filters.ts'
import { newName } from '../groups/names.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import { exportTaskExists, exportTaskIsOver, exportTaskNotFound } from '../recorded/errors.ts'
import { requireResource } from '../resources.ts'
import { documentsOf } from '../rows/documents.ts'

/** An export, with its moments in ms since the epoch. */
type Task = Omit<ExportTask, 'SnapshotTime' | 'TaskStartTime' | 'TaskEndTime'> & {
  readonly startedAt: number
  readonly snapshotAt: number | null
  readonly endedAt?: number
}

const tasks = documentsOf<Task>('export-task')

const onSource = (call: Call, arn: string) => {
  const parsed = parseArn(arn)
  return parsed && ['cluster', 'cluster-snapshot', 'snapshot'].includes(parsed.type)
    ? on(call, parsed.type as ResourceType, parsed.name, { arn })
    : on(call, 'snapshot', arn)
}

/** Nothing here writes Parquet: a task that nobody cancels fails soon after its start, and says why. */
const failsAfter = 10_000

/** A task as it is by now. */
const asOf = (task: Task, now: number): Task =>
  task.Status !== 'STARTING' || now - task.startedAt < failsAfter
    ? task
    : {
        ...task,
        Status: 'FAILED',
        FailureCause:
          'pocketcloud writes no Apache Parquet: nothing has been exported to the bucket.',
        endedAt: task.startedAt + failsAfter,
      }

export const StartExportTask = operation<StartExportTaskMessage, ExportTask>({
  coverage: 'recorded',
  authorize: ({ SourceArn, IamRoleArn }, call) => [
    onSource(call, SourceArn!),
    ...(IamRoleArn?.startsWith('arn:')
      ? [call.ports.roles.passing(call.db, IamRoleArn, 'export.rds.amazonaws.com')]
      : []),
  ],
  run(input, call) {
    const id = newName('ExportTaskIdentifier', input.ExportTaskIdentifier)
    const source = requireResource(call, input.SourceArn!)
    if (!['cluster', 'cluster-snapshot', 'snapshot'].includes(source.type)) {
      throw invalidParameterValue(`${source.arn} can not be exported.`)
    }
    if (tasks.find(call.db, call, id)) throw exportTaskExists(id)
    const task: Task = {
      ExportTaskIdentifier: id,
      SourceArn: source.arn,
      ...(input.ExportOnly && { ExportOnly: input.ExportOnly }),
      S3Bucket: input.S3BucketName!,
      S3Prefix: input.S3Prefix ?? '',
      IamRoleArn: input.IamRoleArn!,
      KmsKeyId: input.KmsKeyId!,
      Status: 'STARTING',
      PercentProgress: 0,
      TotalExtractedDataInGB: 0,
      SourceType: source.type === 'snapshot' ? 'SNAPSHOT' : 'CLUSTER',
      startedAt: call.now,
      snapshotAt: null,
    }
    tasks.put(call.db, call, id, task)
    return describe(task)
  },
})

export const CancelExportTask = operation<CancelExportTaskMessage, ExportTask>({
  coverage: 'recorded',
  authorize: () => ['*'],
  run({ ExportTaskIdentifier }, call) {
    const id = ExportTaskIdentifier!.toLowerCase()
    const found = tasks.find(call.db, call, id)
    if (!found) throw exportTaskNotFound(id)
    const task = asOf(found, call.now)
    if (task.Status !== 'STARTING') throw exportTaskIsOver(id, task.Status!)
    const canceled = { ...task, Status: 'CANCELED' }
    tasks.put(call.db, call, id, canceled)
    return { ...describe(canceled), Status: 'CANCELING' }
  },
})

export const DescribeExportTasks = operation<DescribeExportTasksMessage, ExportTasksMessage>({
  coverage: 'recorded',
  authorize: ({ SourceArn }, call) => [
    SourceArn ? onSource(call, SourceArn) : on(call, 'snapshot', '*'),
  ],
  run({ ExportTaskIdentifier, SourceArn, SourceType, Filters, ...request }, call) {
    const id = ExportTaskIdentifier?.toLowerCase()
    const all = tasks
      .list(call.db, call)
      .map((task) => asOf(task, call.now))
      .filter(
        (task) =>
          (id === undefined || task.ExportTaskIdentifier === id) &&
          (SourceArn === undefined || task.SourceArn === SourceArn) &&
          (SourceType === undefined || task.SourceType === SourceType),
      )
    if (id !== undefined && all.length === 0) throw exportTaskNotFound(id)
    const { records, Marker } = page(
      request,
      filtered(all, Filters, filters),
      (task) => task.ExportTaskIdentifier!,
    )
    return { ExportTasks: records.map(describe), ...(Marker && { Marker }) }
  },
})

const filters: Readonly<Record<string, FilterDefinition<Task>>> = {
  'export-task-identifier': {
    values: 'Export Task Identifiers',
    of: ({ ExportTaskIdentifier }) => ExportTaskIdentifier,
  },
  's3-bucket': { values: 'S3 Buckets', of: ({ S3Bucket }) => S3Bucket },
  'source-arn': { values: 'Source ARNs', of: ({ SourceArn }) => SourceArn },
  status: { values: 'Statuses', of: ({ Status }) => Status?.toLowerCase() },
}

const describe = ({ startedAt, snapshotAt, endedAt, ...task }: Task): ExportTask => ({
  ...task,
  TaskStartTime: new Date(startedAt),
  ...(snapshotAt !== null && { SnapshotTime: new Date(snapshotAt) }),
  ...(endedAt !== undefined && { TaskEndTime: new Date(endedAt) }),
})
