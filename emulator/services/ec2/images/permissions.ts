import type { Call, Permission } from '../../../operation.ts'
import { onResource } from '../permissions.ts'
import { findImage } from './visible-images.ts'

/** An image with its condition keys. */
export function onImage(id: string, call: Call): Permission {
  const image = findImage(id, call)
  return onResource(call, 'image', id, {
    context: {
      'ec2:ImageID': id,
      'ec2:ImageType': 'machine',
      'ec2:RootDeviceType': 'ebs',
      ...(image
        ? {
            'ec2:Owner': image.ImageOwnerAlias ?? image.OwnerId!,
            'ec2:Public': String(image.Public === true),
          }
        : {}),
    },
  })
}
