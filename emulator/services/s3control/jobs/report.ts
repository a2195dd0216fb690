import { hash } from 'node:crypto'
import { stringify } from 'csv-stringify/sync'
import type { TimerCall } from '../../../clock/timers.ts'
import type { RoleFacts } from '../../../ports.ts'
import { bucketOfArn } from '../arns.ts'
import { doneTasks } from '../rows/job-tasks.ts'
import type { Job } from '../rows/jobs.ts'

/**
 * Writes a job's completion report into its bucket, as the job's role: what became of the tasks, and a list of these files.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html
 *
 * @throws AwsError as PutObject does
 */
export function writeReport(job: Job, role: RoleFacts, call: TimerCall): void {
  const { report } = job.request
  const bucket = bucketOfArn(report.Bucket)
  if (!report.Enabled || bucket === undefined || job.succeeded + job.failed === 0) return
  const folder = `${report.Prefix === undefined ? '' : `${report.Prefix}/`}job-${job.id}`
  const write = (Key: string, text: string, ContentType: string) =>
    call.ports.objectOperations!.write(
      { Bucket: bucket, Key, ContentType, ExpectedBucketOwner: report.ExpectedBucketOwner },
      Buffer.from(text),
      role,
      call,
    )
  const wanted =
    report.ReportScope === 'FailedTasksOnly'
      ? ['failed' as const]
      : (['succeeded', 'failed'] as const)
  const results = wanted.flatMap((status) => {
    const tasks = doneTasks(call.db, job, status)
    if (tasks.length === 0) return []
    const text = stringify(
      tasks.map((task) => [
        task.bucket,
        encodeURIComponent(task.key).replaceAll('%2F', '/'),
        task.versionId,
        status,
        task.httpStatus,
        task.errorCode,
        task.message,
      ]),
    )
    const Key = `${folder}/results/${hash('sha1', `${job.id}/${status}`)}.csv`
    write(Key, text, 'text/csv')
    const MD5Checksum = hash('md5', text)
    return [{ TaskExecutionStatus: status, Bucket: bucket, MD5Checksum, Key }]
  })
  const manifest = JSON.stringify({
    Format: report.Format,
    ReportCreationDate: new Date(call.now).toISOString(),
    Results: results,
    ReportSchema: 'Bucket, Key, VersionId, TaskStatus, HTTPStatusCode, ErrorCode, ResultMessage',
  })
  write(`${folder}/manifest.json`, manifest, 'application/json')
  write(`${folder}/manifest.json.md5`, hash('md5', manifest), 'binary/octet-stream')
}
