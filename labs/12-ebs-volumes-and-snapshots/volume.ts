import type { Volume } from '@aws-sdk/client-ec2'
import { DescribeVolumesCommand } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

const device = '/dev/sdf'

/** The student's volume, by its name and kind. */
export async function findVolume({ ec2, values }: Cloud): Promise<Volume | undefined> {
  const { Volumes = [] } = await ec2.send(
    new DescribeVolumesCommand({ Filters: [{ Name: 'tag:Name', Values: [values['name']!] }] }),
  )
  return Volumes.find(({ VolumeType }) => VolumeType === 'gp3')
}

export const noVolume = ({ values }: Cloud): Verdict =>
  failed(`You have no gp3 volume with the tag Name=${values['name']}. Expected one.`)

export const onVolume =
  (check: (volume: Volume, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const volume = await findVolume(cloud)
    return volume === undefined ? noVolume(cloud) : check(volume, cloud)
  }

export const checkEncrypted = ({ VolumeId, Encrypted }: Volume): Verdict =>
  Encrypted === true
    ? passed()
    : failed(
        `Your volume ${VolumeId} is not encrypted. Expected that it is, from the start: make another one.`,
      )

export function checkAttached({ VolumeId, Attachments = [] }: Volume): Verdict {
  const [attachment] = Attachments
  if (attachment === undefined) {
    return failed(`Your volume ${VolumeId} is attached to nothing. Expected it at an instance.`)
  }
  return attachment.Device === device
    ? passed()
    : failed(`Your volume ${VolumeId} is at ${attachment.Device}. Expected it at ${device}.`)
}

export const checkLarger = ({ VolumeId, Size }: Volume, { values }: Cloud): Verdict =>
  Size === Number(values['larger'])
    ? passed()
    : failed(`Your volume ${VolumeId} has ${Size} GiB. Expected ${values['larger']} GiB.`)

export const checkFaster = ({ VolumeId, Iops }: Volume): Verdict =>
  Iops === 4000
    ? passed()
    : failed(`Your volume ${VolumeId} does ${Iops} IOPS. Expected 4000 IOPS.`)
