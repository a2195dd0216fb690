import type {
  CancelImportTaskRequest,
  CancelImportTaskResult,
  CreateReplaceRootVolumeTaskRequest,
  CreateReplaceRootVolumeTaskResult,
  DescribeExportImageTasksRequest,
  DescribeExportImageTasksResult,
  DescribeImportImageTasksRequest,
  DescribeImportImageTasksResult,
  DescribeImportSnapshotTasksRequest,
  DescribeImportSnapshotTasksResult,
  DescribeReplaceRootVolumeTasksRequest,
  DescribeReplaceRootVolumeTasksResult,
  ExportImageRequest,
  ExportImageResult,
  ExportImageTask,
  ImportImageRequest,
  ImportImageResult,
  ImportImageTask,
  ImportSnapshotRequest,
  ImportSnapshotResult,
  ImportSnapshotTask,
  ReplaceRootVolumeTask,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { idDoesNotExist } from '../describe/resources.ts'
import { json } from '../describe/sql.ts'
import { missingParameter } from '../errors.ts'
import { onImage } from '../images/permissions.ts'
import { onNewResource, onResource } from '../permissions.ts'
import { family } from '../recorded/family.ts'
import { describes } from '../recorded/operations.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import { instances } from '../rows/instances.ts'
import { specifiedTags } from '../tagging.ts'
import { requireOwnImage } from './own-images.ts'

// Tasks that move disks in and out, or exchange them: kept and shown. No disk image is read or written here.

const taskNotFound = idDoesNotExist('InvalidConversionTaskId', 'conversion task')

const importImageTasks = family<ImportImageTask>({
  type: 'import-image-task',
  prefix: 'import-ami',
  id: 'ImportTaskId',
  notFound: taskNotFound,
  malformed: 'InvalidConversionTaskId.Malformed',
  filters: { 'task-state': json('Status') },
})

const importSnapshotTasks = family<ImportSnapshotTask>({
  type: 'import-snapshot-task',
  prefix: 'import-snap',
  id: 'ImportTaskId',
  notFound: taskNotFound,
  malformed: 'InvalidConversionTaskId.Malformed',
  filters: { 'task-state': json('SnapshotTaskDetail.Status') },
})

const exportImageTasks = family<ExportImageTask>({
  type: 'export-image-task',
  prefix: 'export-ami',
  id: 'ExportImageTaskId',
  notFound: idDoesNotExist('InvalidExportTaskID.NotFound', 'export task'),
  filters: { 'task-state': json('Status') },
})

const replaceRootVolumeTasks = family<ReplaceRootVolumeTask>({
  type: 'replace-root-volume-task',
  prefix: 'replacevol',
  id: 'ReplaceRootVolumeTaskId',
  notFound: idDoesNotExist('InvalidReplaceRootVolumeTaskId.NotFound', 'task'),
  limits: { least: 1, most: 50 },
  life: { first: 'succeeded' },
  shownState: (state) => ({ TaskState: state as 'succeeded' }),
  filters: { 'instance-id': json('InstanceId') },
})

const running = { Progress: '2', Status: 'active', StatusMessage: 'pending' }

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportImage.html */
export const ImportImage = operation<ImportImageRequest, ImportImageResult>({
  coverage: 'recorded',
  authorize: ({ TagSpecifications }, call) =>
    onNewResource(call, 'import-image-task', TagSpecifications),
  run(input, call) {
    const before = findByToken<string>(input.ClientToken, input, call)
    if (before) return importImageTasks.require(before, call)
    const { 'import-image-task': tags } = specifiedTags(
      input.TagSpecifications,
      'import-image-task',
    )
    const { DiskContainers: disks } = input
    if (!disks?.length) throw missingParameter('DiskContainers')
    const task = importImageTasks.insert(
      {
        ...(input.Architecture ? { Architecture: input.Architecture } : {}),
        ...(input.Description ? { Description: input.Description } : {}),
        ...(input.LicenseType ? { LicenseType: input.LicenseType } : {}),
        ...(input.Platform ? { Platform: input.Platform } : {}),
        ...(input.BootMode ? { BootMode: input.BootMode } : {}),
        ...(input.KmsKeyId ? { KmsKeyId: input.KmsKeyId } : {}),
        Encrypted: input.Encrypted === true,
        ...running,
        SnapshotDetails: disks.map(({ Description, Format, Url, UserBucket }) => ({
          ...(Description ? { Description } : {}),
          ...(Format ? { Format } : {}),
          ...(Url ? { Url } : {}),
          ...(UserBucket ? { UserBucket } : {}),
          DiskImageSize: 0,
        })),
      },
      tags,
      call,
    )
    keepToken(input.ClientToken, input, task.ImportTaskId!, call)
    return task
  },
})

export const DescribeImportImageTasks = describes<
  DescribeImportImageTasksRequest,
  DescribeImportImageTasksResult
>(importImageTasks, 'ImportImageTasks', 'ImportTaskIds')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportSnapshot.html */
export const ImportSnapshot = operation<ImportSnapshotRequest, ImportSnapshotResult>({
  coverage: 'recorded',
  authorize: ({ TagSpecifications }, call) =>
    onNewResource(call, 'import-snapshot-task', TagSpecifications),
  run(input, call) {
    const before = findByToken<string>(input.ClientToken, input, call)
    if (before) return importSnapshotTasks.require(before, call)
    const { 'import-snapshot-task': tags } = specifiedTags(
      input.TagSpecifications,
      'import-snapshot-task',
    )
    const { DiskContainer: disk } = input
    if (!disk) throw missingParameter('DiskContainer')
    const task = importSnapshotTasks.insert(
      {
        ...(input.Description ? { Description: input.Description } : {}),
        SnapshotTaskDetail: {
          ...(disk.Description ? { Description: disk.Description } : {}),
          ...(disk.Format ? { Format: disk.Format } : {}),
          ...(disk.Url ? { Url: disk.Url } : {}),
          ...(disk.UserBucket ? { UserBucket: disk.UserBucket } : {}),
          ...(input.KmsKeyId ? { KmsKeyId: input.KmsKeyId } : {}),
          Encrypted: input.Encrypted === true,
          DiskImageSize: 0,
          ...running,
        },
      },
      tags,
      call,
    )
    keepToken(input.ClientToken, input, task.ImportTaskId!, call)
    return task
  },
})

export const DescribeImportSnapshotTasks = describes<
  DescribeImportSnapshotTasksRequest,
  DescribeImportSnapshotTasksResult
>(importSnapshotTasks, 'ImportSnapshotTasks', 'ImportTaskIds')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelImportTask.html */
export const CancelImportTask = operation<CancelImportTaskRequest, CancelImportTaskResult>({
  coverage: 'recorded',
  authorize: ({ ImportTaskId: id = '' }, call) => [
    onResource(
      call,
      id.startsWith('import-snap-') ? 'import-snapshot-task' : 'import-image-task',
      id,
    ),
  ],
  run({ ImportTaskId: id }, call) {
    if (!id) throw missingParameter('ImportTaskId')
    const State = 'deleted'
    if (id.startsWith('import-snap-')) {
      const { SnapshotTaskDetail: detail } = importSnapshotTasks.require(id, call)
      importSnapshotTasks.change(id, { SnapshotTaskDetail: { ...detail, Status: State } }, call)
      return { ImportTaskId: id, PreviousState: detail?.Status, State }
    }
    const { Status } = importImageTasks.require(id, call)
    importImageTasks.change(id, { Status: State }, call)
    return { ImportTaskId: id, PreviousState: Status, State }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ExportImage.html */
export const ExportImage = operation<ExportImageRequest, ExportImageResult>({
  coverage: 'recorded',
  authorize: ({ ImageId = '', TagSpecifications }, call) => [
    ...onNewResource(call, 'export-image-task', TagSpecifications),
    onImage(ImageId, call),
  ],
  run(input, call) {
    const { 'export-image-task': tags } = specifiedTags(
      input.TagSpecifications,
      'export-image-task',
    )
    const { ImageId } = requireOwnImage(input.ImageId, call)
    const { S3ExportLocation: place, DiskImageFormat } = input
    if (!DiskImageFormat) throw missingParameter('DiskImageFormat')
    if (!place) throw missingParameter('S3ExportLocation')
    const task = exportImageTasks.insert(
      {
        ...(input.Description ? { Description: input.Description } : {}),
        ...(ImageId ? { ImageId } : {}),
        S3ExportLocation: { S3Bucket: place.S3Bucket, S3Prefix: place.S3Prefix ?? '' },
        ...running,
        Progress: '0',
        StatusMessage: 'validating',
      },
      tags,
      call,
    )
    return { ...task, DiskImageFormat, RoleName: input.RoleName ?? 'vmimport' }
  },
})

export const DescribeExportImageTasks = describes<
  DescribeExportImageTasksRequest,
  DescribeExportImageTasksResult
>(exportImageTasks, 'ExportImageTasks', 'ExportImageTaskIds')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateReplaceRootVolumeTask.html */
export const CreateReplaceRootVolumeTask = operation<
  CreateReplaceRootVolumeTaskRequest,
  CreateReplaceRootVolumeTaskResult
>({
  coverage: 'recorded',
  authorize: ({ InstanceId = '', TagSpecifications }, call) => [
    ...onNewResource(call, 'replace-root-volume-task', TagSpecifications),
    onResource(call, 'instance', InstanceId),
  ],
  run(input, call) {
    const { 'replace-root-volume-task': tags } = specifiedTags(
      input.TagSpecifications,
      'replace-root-volume-task',
    )
    if (!input.InstanceId) throw missingParameter('InstanceId')
    const { instance_id: InstanceId } = instances.require(input.InstanceId, call)
    const at = new Date(call.now).toISOString()
    const task = replaceRootVolumeTasks.insert(
      {
        InstanceId,
        StartTime: at,
        CompleteTime: at,
        ...(input.ImageId ? { ImageId: input.ImageId } : {}),
        ...(input.SnapshotId ? { SnapshotId: input.SnapshotId } : {}),
        DeleteReplacedRootVolume: input.DeleteReplacedRootVolume === true,
      },
      tags,
      call,
    )
    return { ReplaceRootVolumeTask: { ...task, TaskState: 'pending' } }
  },
})

export const DescribeReplaceRootVolumeTasks = describes<
  DescribeReplaceRootVolumeTasksRequest,
  DescribeReplaceRootVolumeTasksResult
>(replaceRootVolumeTasks, 'ReplaceRootVolumeTasks', 'ReplaceRootVolumeTaskIds')
