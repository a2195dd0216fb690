import type { Places } from '../../../ports.ts'
import { publicImages } from './images.ts'
import { regions } from './regions.ts'

/** Regions and public images, for the services that tell of them. */
export const places: Places = {
  regions: () => [...regions().values()],
  publicImages: (region) =>
    [...publicImages(region).values()].map(({ ImageId, Name, CreationDate }) => ({
      id: ImageId!,
      name: Name!,
      createdAt: CreationDate!,
    })),
}
