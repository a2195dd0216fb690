import type { Database } from '../store/database.ts'

/** Notes that the clock is ahead of the wall by `offset` from a moment of the wall on; all in ms. */
export function noteMove(db: Database, wallAt: number, offset: number): void {
  db.run(
    `insert into clock_move (wall_at, offset_after) values (?, ?)
     on conflict do update set offset_after = excluded.offset_after`,
    wallAt,
    offset,
  )
}

interface Move {
  readonly wallAt: number
  readonly offset: number
}

/**
 * When by the wall it was a virtual time: what happened before the one happened before the other. A time that the clock has jumped
 * over is the moment of the jump. All in ms since the epoch.
 */
export function wallTimeOf(db: Database, virtual: number): number {
  const began = db.get<Move>(
    `select wall_at as wallAt, offset_after as offset from clock_move
     where wall_at + offset_after <= ? order by wall_at desc limit 1`,
    virtual,
  )
  const offset = began?.offset ?? 0
  const next = db.get<{ wallAt: number }>(
    'select wall_at as wallAt from clock_move where wall_at > ? order by wall_at limit 1',
    began?.wallAt ?? -1,
  )
  return Math.min(virtual - offset, next?.wallAt ?? Infinity)
}

/** The virtual time of a moment of the wall. */
export function virtualTimeOf(db: Database, wall: number): number {
  const began = db.get<{ offset: number }>(
    'select offset_after as offset from clock_move where wall_at <= ? order by wall_at desc limit 1',
    wall,
  )
  return wall + (began?.offset ?? 0)
}
