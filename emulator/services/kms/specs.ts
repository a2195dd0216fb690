// What kinds of keys there are, and what each can do:
// https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html

export type KeyUsage = 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY' | 'GENERATE_VERIFY_MAC' | 'KEY_AGREEMENT'

export type EcCurve = 'prime256v1' | 'secp384r1' | 'secp521r1' | 'secp256k1'

export type KeyKind =
  | { readonly kind: 'symmetric' }
  | { readonly kind: 'rsa'; readonly bits: number }
  | { readonly kind: 'ec'; readonly curve: EcCurve }
  | { readonly kind: 'hmac'; readonly bytes: number }

export type EncryptionAlgorithm = 'SYMMETRIC_DEFAULT' | 'RSAES_OAEP_SHA_1' | 'RSAES_OAEP_SHA_256'
export type Digest = 'sha224' | 'sha256' | 'sha384' | 'sha512'
export type SigningAlgorithm =
  | `RSASSA_${'PSS' | 'PKCS1_V1_5'}_SHA_${256 | 384 | 512}`
  | `ECDSA_SHA_${256 | 384 | 512}`
export type MacAlgorithm = `HMAC_SHA_${224 | 256 | 384 | 512}`

/** The algorithms that a key of a spec can be used with, by what it is for. */
interface Spec {
  readonly key: KeyKind
  readonly algorithms: {
    readonly ENCRYPT_DECRYPT?: readonly EncryptionAlgorithm[]
    readonly SIGN_VERIFY?: readonly SigningAlgorithm[]
    readonly GENERATE_VERIFY_MAC?: readonly MacAlgorithm[]
    readonly KEY_AGREEMENT?: readonly 'ECDH'[]
  }
}

const rsa = (bits: number): Spec => ({
  key: { kind: 'rsa', bits },
  algorithms: {
    ENCRYPT_DECRYPT: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'],
    SIGN_VERIFY: [
      'RSASSA_PKCS1_V1_5_SHA_256',
      'RSASSA_PKCS1_V1_5_SHA_384',
      'RSASSA_PKCS1_V1_5_SHA_512',
      'RSASSA_PSS_SHA_256',
      'RSASSA_PSS_SHA_384',
      'RSASSA_PSS_SHA_512',
    ],
  },
})

const ec = (curve: EcCurve, bits: 256 | 384 | 512): Spec => ({
  key: { kind: 'ec', curve },
  algorithms: { SIGN_VERIFY: [`ECDSA_SHA_${bits}`], KEY_AGREEMENT: ['ECDH'] },
})

const hmac = (bits: 224 | 256 | 384 | 512): Spec => ({
  key: { kind: 'hmac', bytes: bits / 8 },
  algorithms: { GENERATE_VERIFY_MAC: [`HMAC_SHA_${bits}`] },
})

const specs = {
  SYMMETRIC_DEFAULT: {
    key: { kind: 'symmetric' },
    algorithms: { ENCRYPT_DECRYPT: ['SYMMETRIC_DEFAULT'] },
  },
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  ECC_NIST_P256: ec('prime256v1', 256),
  ECC_NIST_P384: ec('secp384r1', 384),
  ECC_NIST_P521: ec('secp521r1', 512),
  // "The ECC_SECG_P256K1 key spec … you can use only for signing and verification".
  ECC_SECG_P256K1: {
    key: { kind: 'ec', curve: 'secp256k1' },
    algorithms: { SIGN_VERIFY: ['ECDSA_SHA_256'] },
  },
  HMAC_224: hmac(224),
  HMAC_256: hmac(256),
  HMAC_384: hmac(384),
  HMAC_512: hmac(512),
} as const satisfies Record<string, Spec>

export type KeySpecName = keyof typeof specs

/** The specs whose keys can be made here: AWS has SM2, ML-DSA and Edwards curves besides. */
export const isKeySpec = (name: string): name is KeySpecName => Object.hasOwn(specs, name)

export const keyKind = (spec: KeySpecName): KeyKind => specs[spec].key

/** The algorithms of a key; none where keys of the spec are not for that use. */
export function algorithmsOf<Usage extends KeyUsage>(
  spec: KeySpecName,
  usage: Usage,
): NonNullable<Spec['algorithms'][Usage]> | readonly never[] {
  const { algorithms }: Spec = specs[spec]
  return algorithms[usage] ?? []
}

/** `RSASSA_PSS_SHA_256` and `HMAC_SHA_256` hash with `sha256`. */
export const digestOf = (algorithm: string): Digest =>
  `sha${algorithm.slice(algorithm.lastIndexOf('_') + 1)}` as Digest

export const digestLengths: Readonly<Record<Digest, number>> = {
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
}
