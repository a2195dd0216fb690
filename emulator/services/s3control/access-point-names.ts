import type { IdSource } from '../../ids.ts'
import { invalidAccessPointName, invalidUri } from './errors.ts'

/**
 * Refuses names that an access point can't have. What no path of an access point could be is refused as such.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/creating-access-points.html#access-points-names
 *
 * @throws AwsError `InvalidURI`, `InvalidRequest`
 */
export function checkAccessPointName(name: string): void {
  if (!/^[a-z0-9.-]{3,50}$/.test(name)) throw invalidUri(`accesspoint/${name}`)
  const isValid =
    /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])$/.test(name) &&
    !name.startsWith('xn--') &&
    !/-s3alias$|--ol-s3$|--xa-s3$/.test(name)
  if (!isValid) throw invalidAccessPointName()
}

const suffix = '-s3alias'
const metadataLength = 34
const longestAlias = 63
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

/**
 * A new name that stands where a bucket's does: what there is room for of the access point's name, 34 letters, and a suffix
 * that no bucket may have. https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html#access-points-alias
 */
export function newAlias(name: string, ids: IdSource): string {
  const room = longestAlias - suffix.length - metadataLength - 1
  const metadata = Array.from(ids.bytes(metadataLength), (byte) => letters[byte % letters.length])
  return `${name.slice(0, room).replace(/-+$/, '')}-${metadata.join('')}${suffix}`
}
