import type { BlockDeviceMapping, Image } from '@aws-sdk/client-ec2'
import { insertRow } from '../describe/insert.ts'
import type { Scope } from '../describe/resources.ts'
import { everyone } from './shares.ts'

export interface ImageRow {
  readonly seq: number
  readonly account: string
  readonly region: string
  readonly image_id: string
  readonly name: string
  readonly state: 'pending' | 'available' | 'disabled'
  readonly created_at: number
  /** The rest of AWS's Image as JSON. */
  readonly doc: string
}

export const findOwnImage = ({ db, account, region }: Scope, id: string): ImageRow | undefined =>
  db.get<ImageRow>(
    'select * from ec2_images where account = ? and region = ? and image_id = ?',
    account,
    region,
    id,
  )

export const findImageByName = (
  { db, account, region }: Scope,
  name: string,
): ImageRow | undefined =>
  db.get<ImageRow>(
    'select * from ec2_images where account = ? and region = ? and name = ?',
    account,
    region,
    name,
  )

export const ownImages = ({ db, account, region }: Scope): ImageRow[] =>
  db.all<ImageRow>(
    'select * from ec2_images where account = ? and region = ? order by seq',
    account,
    region,
  )

/** The images of other accounts that they share with this one, or with everyone. */
export const sharedImages = ({ db, account, region }: Scope): ImageRow[] =>
  db.all<ImageRow>(
    `select distinct t.* from ec2_shares s
     join ec2_images t on t.account = s.account and t.region = s.region
       and t.image_id = s.resource_id
     where s.region = ? and s.grantee in (?, '${everyone}') and s.account <> ? order by t.seq`,
    region,
    account,
    account,
  )

/** Whether everyone may launch an image, whoever's it is. */
export const isImagePublic = ({ db }: Pick<Scope, 'db'>, row: ImageRow): boolean =>
  db.get(
    `select 1 from ec2_shares
     where account = ? and region = ? and resource_id = ? and grantee = '${everyone}'`,
    row.account,
    row.region,
    row.image_id,
  ) !== undefined

/** Without tags, which are the reading account's own. */
export const toImage = (row: ImageRow, isPublic: boolean): Image => ({
  ImageId: row.image_id,
  Name: row.name,
  State: row.state,
  OwnerId: row.account,
  ImageLocation: `${row.account}/${row.name}`,
  CreationDate: `${new Date(row.created_at).toISOString().slice(0, 19)}.000Z`,
  Public: isPublic,
  ...(JSON.parse(row.doc) as Image),
})

/** What of an image stands in its document. */
export type ImageDocument = Omit<
  Image,
  'ImageId' | 'Name' | 'State' | 'OwnerId' | 'ImageLocation' | 'CreationDate' | 'Public' | 'Tags'
>

export function insertImage(
  scope: Scope,
  image: { id: string; name: string; createdAt: number; document: ImageDocument },
): void {
  insertRow(scope, 'ec2_images', {
    image_id: image.id,
    name: image.name,
    state: 'pending',
    created_at: image.createdAt,
    doc: JSON.stringify(image.document),
  })
  for (const snapshot of new Set(snapshotsOf(image.document.BlockDeviceMappings))) {
    insertRow(scope, 'ec2_image_snapshots', { snapshot_id: snapshot, image_id: image.id })
  }
}

/** The snapshots that an image's document names. @param doc as it stands in its row */
export const imageSnapshotIds = (doc: string): string[] => [
  ...new Set(snapshotsOf((JSON.parse(doc) as Image).BlockDeviceMappings)),
]

export const snapshotsOf = (mappings: readonly BlockDeviceMapping[] | undefined): string[] =>
  (mappings ?? []).flatMap(({ Ebs }) => Ebs?.SnapshotId ?? [])

/** An image that cannot do without the snapshot. */
export const imageOfSnapshot = (
  { db, account, region }: Scope,
  snapshotId: string,
): string | undefined =>
  db.get<{ image_id: string }>(
    `select image_id from ec2_image_snapshots
     where account = ? and region = ? and snapshot_id = ? order by seq limit 1`,
    account,
    region,
    snapshotId,
  )?.image_id

export function setImageAvailable({ db, account, region }: Scope, id: string): void {
  db.run(
    `update ec2_images set state = 'available'
     where account = ? and region = ? and image_id = ?`,
    account,
    region,
    id,
  )
}

export function setImageState(
  { db, account, region }: Scope,
  id: string,
  state: ImageRow['state'],
): void {
  db.run(
    'update ec2_images set state = ? where account = ? and region = ? and image_id = ?',
    state,
    account,
    region,
    id,
  )
}

/** Sets members of the image's document; null removes one. */
export function updateImageDocument(
  { db, account, region }: Scope,
  id: string,
  change: Partial<ImageDocument>,
): void {
  db.run(
    `update ec2_images set doc = json_patch(doc, ?)
     where account = ? and region = ? and image_id = ?`,
    JSON.stringify(change),
    account,
    region,
    id,
  )
}

export function deleteImage({ db, account, region }: Scope, id: string): void {
  for (const table of ['ec2_image_snapshots', 'ec2_images']) {
    db.run(
      `delete from ${table} where account = ? and region = ? and image_id = ?`,
      account,
      region,
      id,
    )
  }
}
