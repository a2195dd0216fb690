import type { Image, Instance } from '@aws-sdk/client-ec2'
import { DescribeImagesCommand } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

const canonical = '099720109477'
const namePattern = 'ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*'

export async function checkImage(
  { InstanceId, ImageId }: Instance,
  cloud: Cloud,
): Promise<Verdict> {
  const releases = await describeReleases(cloud)
  const newest = releases[0]
  if (newest === undefined) throw new Error(`${cloud.region} has no image ${namePattern}`)
  if (ImageId === newest.ImageId) return passed()
  const older = releases.find((image) => image.ImageId === ImageId)
  const found =
    older === undefined
      ? await describeOther(ImageId!, cloud)
      : `an older Ubuntu 22.04 image, ${older.Name} of ${day(older)}`
  return failed(
    `Your instance ${InstanceId} was made from ${found}. Expected the newest, ${newest.Name} of ${day(newest)} (${newest.ImageId}).`,
  )
}

/** Canonical's Ubuntu 22.04 images, the newest first. */
async function describeReleases({ ec2 }: Cloud): Promise<Image[]> {
  const { Images = [] } = await ec2.send(
    new DescribeImagesCommand({
      Owners: [canonical],
      Filters: [
        { Name: 'name', Values: [namePattern] },
        { Name: 'state', Values: ['available'] },
      ],
    }),
  )
  return Images.toSorted((one, other) => created(other).localeCompare(created(one)))
}

async function describeOther(imageId: string, { ec2 }: Cloud): Promise<string> {
  const { Images = [] } = await ec2.send(
    // As a filter, an image that is gone is not found; as an id it would be an error.
    new DescribeImagesCommand({ Filters: [{ Name: 'image-id', Values: [imageId] }] }),
  )
  return Images[0] === undefined ? `the image ${imageId}` : `another image, ${Images[0].Name}`
}

const created = ({ CreationDate = '' }: Image) => CreationDate
const day = (image: Image) => created(image).slice(0, 10)
