import type { Image } from '@aws-sdk/client-ec2'
import { declareTaggable } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { imagesDoNotExist, malformedId } from '../errors.ts'
import { publicImages } from '../facts/images.ts'
import { findOwnImage, isImagePublic, ownImages, sharedImages, toImage } from '../rows/images.ts'
import type { ImageRow } from '../rows/images.ts'
import { allowedImages, isAllowed } from './allowed-images.ts'
import { tagsOf } from '../rows/tags.ts'

/** The images that an account can launch: its own, those shared with it, and the public ones. */
export function visibleImages(scope: Scope): Image[] {
  const rows = [...ownImages(scope), ...sharedImages(scope)]
  const all = [...rows.map((row) => described(row, scope)), ...publicImages(scope.region).values()]
  return withTags(onlyAllowed(all, scope), scope)
}

/** @throws InvalidAMIID.Malformed or InvalidAMIID.NotFound, naming those that are missing */
export function requireImages(ids: readonly string[], scope: Scope): Image[] {
  const malformed = ids.find((id) => !/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id))
  if (malformed !== undefined) throw malformedId('InvalidAMIID.Malformed', malformed, 'ami')
  const wanted = [...new Set(ids)]
  const found = wanted.map((id) => findImage(id, scope))
  const absent = wanted.filter((_, at) => !found[at])
  if (absent.length > 0) throw imagesDoNotExist(absent)
  return withTags(
    found.map((image) => image!),
    scope,
  )
}

/** One image that the account can launch, without its tags. */
export function findImage(id: string, scope: Scope): Image | undefined {
  const found = findAnyImage(id, scope)
  return found && onlyAllowed([found], scope)[0]
}

/** Images that the account does not allow are not there for it; in audit mode they say so. */
function onlyAllowed(images: Image[], scope: Scope): Image[] {
  const allowed = allowedImages(scope)
  if (allowed.state === 'disabled') return images
  if (allowed.state === 'enabled') return images.filter((one) => isAllowed(one, allowed, scope))
  return images.map((one) => ({ ...one, ImageAllowed: isAllowed(one, allowed, scope) }))
}

function findAnyImage(id: string, scope: Scope): Image | undefined {
  const known = publicImages(scope.region).get(id)
  if (known) return known
  const row = findOwnImage(scope, id) ?? sharedImages(scope).find(({ image_id }) => image_id === id)
  return row && described(row, scope)
}

const described = (row: ImageRow, scope: Scope): Image => toImage(row, isImagePublic(scope, row))

/** With the tags that the account has put on them: only it sees those. */
function withTags(images: Image[], scope: Scope): Image[] {
  const tags = tagsOf(
    scope,
    images.map(({ ImageId }) => ImageId!),
  )
  return tags.size === 0
    ? images
    : images.map((image) => ({ ...image, Tags: tags.get(image.ImageId!) ?? [] }))
}

declareTaggable('ami', { type: 'image', requireAll: requireImages })
