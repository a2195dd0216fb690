import type { VolumeStatusItem } from '@aws-sdk/client-ec2'
import { resource } from '../describe/resources.ts'
import { never } from '../describe/sql.ts'
import { invalidValue } from '../errors.ts'
import type { VolumeRow } from './volumes.ts'

/** Volumes, as DescribeVolumeStatus filters them. Nothing goes wrong with disks here. */
export const volumeStatuses = resource<VolumeRow>({
  type: 'volume',
  table: 'ec2_volumes',
  id: 'volume_id',
  prefix: 'vol',
  taggable: false,
  notFound: {
    code: 'InvalidVolume.NotFound',
    one: (id) => `The volume '${id}' does not exist.`,
    several: (ids) => `The volumes '${ids}' do not exist.`,
  },
  malformed: (id) => invalidValue(id, 'volume', `Expected: 'vol-...'.`),
  limits: { least: 5, most: 1000, idsExclude: 'volumeSet' },
  filters: {
    'action.code': never,
    'action.description': never,
    'action.event-id': never,
    'availability-zone': 't.availability_zone',
    'event.description': never,
    'event.event-id': never,
    'event.event-type': never,
    'event.not-after': never,
    'event.not-before': never,
    'volume-status.details-name': {
      elements: `json_each('["io-enabled","io-performance"]') e`,
      value: 'e.value',
    },
    'volume-status.details-status': {
      elements: `json_each('["passed","not-applicable"]') e`,
      value: 'e.value',
    },
    'volume-status.status': `'ok'`,
  },
})

export const toVolumeStatus = (
  row: VolumeRow,
  attachments: VolumeStatusItem['AttachmentStatuses'],
): VolumeStatusItem => ({
  VolumeId: row.volume_id,
  AvailabilityZone: row.availability_zone,
  AvailabilityZoneId: row.availability_zone_id,
  VolumeStatus: {
    Status: 'ok',
    Details: [
      { Name: 'io-enabled', Status: 'passed' },
      // Only volumes with provisioned IOPS are measured, while they are attached.
      {
        Name: 'io-performance',
        Status:
          row.volume_type.startsWith('io') && attachments?.length ? 'normal' : 'not-applicable',
      },
    ],
  },
  Actions: [],
  Events: [],
  AttachmentStatuses: attachments,
})
