import type { DescribeVolumesRequest, DescribeVolumesResult } from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { anyResource } from '../permissions.ts'
import { volumes, toVolumes } from '../rows/volumes.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html */
export const DescribeVolumes = operation<DescribeVolumesRequest, DescribeVolumesResult>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = volumes.page(input, input.VolumeIds, call)
    return { Volumes: toVolumes(rows, call), NextToken: nextToken }
  },
})
