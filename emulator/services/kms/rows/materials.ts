import type { Database } from '../../../store/database.ts'
import type { KeyPlace } from './keys.ts'

export type RotationType = 'AUTOMATIC' | 'ON_DEMAND'

/** What a key really encrypts or signs with. A key that rotates has several; the last is current. */
export interface Material {
  /** Counts a key's materials from 1. */
  readonly number: number
  /** 64 hexadecimal digits. */
  readonly id: string
  /** The symmetric key itself, or the private key as PKCS #8 DER. */
  readonly secret: Buffer
  /** SubjectPublicKeyInfo DER, for asymmetric keys. */
  readonly publicKey: Buffer | null
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
  /** Null for a key's first material. */
  readonly rotationType: RotationType | null
}

interface MaterialRow {
  number: number
  material_id: string
  secret: Buffer
  public_key: Buffer | null
  created_at: number
  rotation_type: string | null
}

const columns = 'number, material_id, secret, public_key, created_at, rotation_type'

const toMaterial = (row: MaterialRow): Material => ({
  number: row.number,
  id: row.material_id,
  secret: row.secret,
  publicKey: row.public_key,
  createdAt: row.created_at,
  rotationType: row.rotation_type as RotationType | null,
})

const ofKey = 'from kms_key_materials where account = ? and region = ? and key_id = ?'

export function currentMaterial(db: Database, { account, region, id }: KeyPlace): Material {
  return toMaterial(
    db.get<MaterialRow>(
      `select ${columns} ${ofKey} order by number desc limit 1`,
      account,
      region,
      id,
    )!,
  )
}

export function findMaterial(
  db: Database,
  { account, region, id }: KeyPlace,
  materialId: string,
): Material | undefined {
  const row = db.get<MaterialRow>(
    `select ${columns} ${ofKey} and material_id = ?`,
    account,
    region,
    id,
    materialId,
  )
  return row && toMaterial(row)
}

/** A page of a key's materials, the oldest first. */
export function listMaterials(
  db: Database,
  { account, region, id }: KeyPlace,
  { after, limit, first }: { after: number; limit: number; first: boolean },
): Material[] {
  return db
    .all<MaterialRow>(
      `select ${columns} ${ofKey} and number > ? order by number limit ?`,
      account,
      region,
      id,
      first ? after : Math.max(after, 1),
      limit,
    )
    .map(toMaterial)
}

export function countOnDemandRotations(db: Database, { account, region, id }: KeyPlace): number {
  return db.get<{ count: number }>(
    `select count(*) as count ${ofKey} and rotation_type = 'ON_DEMAND'`,
    account,
    region,
    id,
  )!.count
}

/** Adds a material after those that the key has; it is current from now on. */
export function addMaterial(
  db: Database,
  { account, region, id }: KeyPlace,
  material: Omit<Material, 'number'>,
): void {
  db.run(
    `insert into kms_key_materials (account, region, key_id, ${columns})
     select ?, ?, ?, coalesce(max(number), 0) + 1, ?, ?, ?, ?, ? ${ofKey}`,
    account,
    region,
    id,
    material.id,
    material.secret,
    material.publicKey,
    material.createdAt,
    material.rotationType,
    account,
    region,
    id,
  )
}
