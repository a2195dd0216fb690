import type { GetRandomPasswordRequest } from '@aws-sdk/client-secrets-manager'
import type { IdSource } from '../../ids.ts'
import { invalidParameter } from './errors.ts'

const lowercase = 'abcdefghijklmnopqrstuvwxyz'
const digits = '0123456789'
/** As the API reference lists it. */
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'

/**
 * A password of random characters, by default 32 of all kinds and each kind once at least.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
 *
 * @throws InvalidParameterException where the length does not suffice, or nothing is left to choose from
 */
export function randomPassword(ids: IdSource, wanted: GetRandomPasswordRequest): string {
  const { PasswordLength: length = 32, ExcludeCharacters = '' } = wanted
  const excluded = new Set(ExcludeCharacters)
  const kinds = [
    wanted.ExcludeLowercase ? '' : lowercase,
    wanted.ExcludeUppercase ? '' : lowercase.toUpperCase(),
    wanted.ExcludeNumbers ? '' : digits,
    wanted.ExcludePunctuation ? '' : punctuation,
  ]
    .map((kind) => kind.split('').filter((character) => !excluded.has(character)))
    .filter((kind) => kind.length > 0)
  // A space may be in it, and need not.
  const any = [...kinds.flat(), ...(wanted.IncludeSpace && !excluded.has(' ') ? [' '] : [])]
  if (any.length === 0) {
    throw invalidParameter('There are no characters available for password generation.')
  }
  const each = (wanted.RequireEachIncludedType ?? true) ? kinds : []
  if (length < each.length) {
    throw invalidParameter('Password length is too short based on the required types.')
  }
  const characters = [
    ...each.map((kind) => pick(ids, kind)),
    ...Array.from({ length: length - each.length }, () => pick(ids, any)),
  ]
  // Those that are required must not stand at the beginning always.
  for (let at = characters.length - 1; at > 0; at--) {
    const other = below(ids, at + 1)
    ;[characters[at], characters[other]] = [characters[other]!, characters[at]!]
  }
  return characters.join('')
}

const pick = (ids: IdSource, characters: readonly string[]): string =>
  characters[below(ids, characters.length)]!

/** Whole numbers, each as likely as the others. */
const below = (ids: IdSource, limit: number): number => Math.floor(ids.random() * limit)
